import type { Strategy } from "@drover/proto/fleet";
import { Random } from "./random.ts";

/** Clusters are in the environment that their label `env` names. */
export const environmentNames = ["production", "staging"] as const;

/** How wrong a replica's clock may be: those are kept by their hosts. */
export const maxReplicaAheadMs = 5_000;

/** Everything that decides how a run goes. The same scenario runs the same way, byte for byte. */
export interface Scenario {
  readonly seed: number;
  /** Events until the faults stop. */
  readonly steps: number;
  readonly clusters: number;
  readonly replicas: number;
  readonly applications: number;
  readonly environments: number;
  readonly strategy: Strategy;
  /** Shares of messages. */
  readonly lost: number;
  readonly repeated: number;
  readonly delayed: number;
  /** Share of database calls that end with a lost connection, before or after they took effect. */
  readonly databaseTrouble: number;
  /** Mean time between two things that somebody or something does to the fleet. */
  readonly disturbanceMs: number;
  /** Disturbances that are left out, by their numbers. */
  readonly muted: ReadonlySet<number>;
}

export function scenarioOf(seed: number, steps: number): Scenario {
  const random = new Random(seed).fork("scenario");
  return {
    seed,
    steps,
    clusters: random.between(2, 12),
    replicas: random.between(1, 3),
    applications: random.between(1, 2),
    environments: random.between(1, 2),
    strategy: strategyOf(random),
    lost: random.chance(0.7) ? random.next() * 0.3 : 0,
    repeated: random.chance(0.7) ? random.next() * 0.2 : 0,
    delayed: random.chance(0.7) ? random.next() * 0.1 : 0,
    databaseTrouble: random.chance(0.5) ? random.next() * 0.03 : 0,
    disturbanceMs: random.between(4, 40) * 1_000,
    muted: new Set(),
  };
}

/** What they ask is the world's to answer: here they only have a place and a name. */
const gates = (random: Random): NonNullable<NonNullable<NonNullable<Strategy["waves"]>[number]["gates"]>["before"]> =>
  random.chance(0.25) ? [{ name: "looks-good", type: "Approval" }] : [];

function strategyOf(random: Random): Strategy {
  const wave = (name: string) => ({
    name,
    ...(random.chance(0.4) ? { clusterSelector: { matchLabels: { ring: "early" } } } : {}),
    ...(random.chance(0.6) ? { count: random.between(1, 3) } : {}),
    ...(random.chance(0.7) ? { soakTime: `${random.between(1, 60)}s` } : {}),
    ...(random.chance(0.5) ? { maxConcurrency: random.chance(0.7) ? random.between(1, 4) : `${random.between(1, 60)}%` } : {}),
    gates: { before: gates(random), after: gates(random) },
  });
  const names = ["canary", "early", "most"].slice(0, random.between(0, 3));
  return {
    ...(names.length > 0 ? { waves: names.map(wave) } : {}),
    ...(random.chance(0.8) ? { maxConcurrency: random.chance(0.8) ? random.between(1, 4) : `${random.between(1, 60)}%` } : {}),
    ...(random.chance(0.8) ? { maxFailures: random.chance(0.8) ? random.between(0, 3) : `${random.between(0, 40)}%` } : {}),
    ...(random.chance(0.8) ? { maxOffline: random.chance(0.8) ? random.between(0, 3) : `${random.between(0, 40)}%` } : {}),
    ...(random.chance(0.4) ? { onFailure: "Rollback" as const, rollback: { maxConcurrency: random.between(1, 4) } } : {}),
    ...(random.chance(0.3) ? { strictFailures: true } : {}),
    ...(random.chance(0.35) ? { minSuccessful: `${random.between(30, 100)}%` } : {}),
    ...(random.chance(0.6) ? { offlinePolicy: random.pick(["Skip", "Wait", "Fail"] as const) ?? "Skip" } : {}),
    ...(random.chance(0.2) ? { autoWaves: { size: random.between(1, 4) } } : {}),
    progressDeadline: `${random.between(1, 8)}m`,
    degradedGracePeriod: `${random.between(0, 90)}s`,
  };
}
