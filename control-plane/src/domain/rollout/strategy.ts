import { type LabelSelector, parseDuration } from "@drover/kit";
import type { Gate as GateForm, Strategy } from "@drover/proto/fleet";
import type { Gate } from "./gate.ts";
import { resolveGate } from "./resolve-gate.ts";

/** A number of clusters, or a share of them such as `10%`. */
export type Amount = number | string;

export interface Wave {
  readonly name: string;
  readonly clusterSelector: LabelSelector;
  /** Only these, by name. */
  readonly clusters?: readonly string[];
  /** Only the first so many clusters that match; of a share, at least one. */
  readonly count?: Amount;
  /** A label whose values order the wave. */
  readonly sortBy?: string;
  readonly maxConcurrency: Amount;
  readonly soakMs: number;
  readonly gates: { readonly before: readonly Gate[]; readonly after: readonly Gate[] };
}

/**
 * - `Skip`: passed over while `maxOffline` lasts; it catches up when it returns
 * - `Wait`: not dispatched while it is away, and its wave waits for it
 * - `Fail`: passed over like `Skip`, and a failure once it is Offline
 */
export type OfflinePolicy = "Skip" | "Wait" | "Fail";

/** A strategy with every default filled in. It is frozen with the rollout, so that an edit cannot change one that runs. */
export interface RolloutStrategy {
  /** The last wave takes every cluster that matched none before it. */
  readonly waves: readonly Wave[];
  /** A rollback undoes the last wave first. */
  readonly order: "forward" | "reverse";
  readonly maxFailures: Amount;
  readonly strictFailures: boolean;
  readonly minSuccessful: Amount;
  readonly maxOffline: Amount;
  readonly offlinePolicy: OfflinePolicy;
  readonly progressDeadlineMs: number;
  readonly degradedGraceMs: number;
  readonly onFailure: "Halt" | "Rollback";
  readonly rollback: { readonly maxConcurrency: Amount };
}

const everyCluster: LabelSelector = {};
const canaryFirst: NonNullable<Strategy["waves"]> = [{ name: "canary", count: 1 }];
const noGates: Wave["gates"] = { before: [], after: [] };
/** More would make every plan slow and no fleet safer. */
const maxAutoWaves = 50;

/**
 * Fills in the defaults, which are the safe ones: one cluster first, then a tenth of the rest at a time, and no failure. `clusters` is how
 * many there are as the rollout begins, of which automatic waves take their shares.
 */
export function resolveStrategy(strategy: Strategy = {}, clusters = 0): RolloutStrategy {
  const named = strategy.waves ?? canaryFirst;
  const concurrency = (index: number): Amount => strategy.maxConcurrency ?? (index === 0 ? 1 : "10%");
  const waves = named.map((wave, index): Wave => ({
    name: wave.name,
    clusterSelector: wave.clusterSelector ?? everyCluster,
    ...(wave.clusters === undefined ? {} : { clusters: wave.clusters }),
    ...(wave.count === undefined ? {} : { count: wave.count }),
    ...(wave.sortBy === undefined ? {} : { sortBy: wave.sortBy }),
    maxConcurrency: wave.maxConcurrency ?? concurrency(index),
    soakMs: wave.soakTime === undefined ? 0 : parseDuration(wave.soakTime),
    gates: { before: gatesOf(wave.gates?.before), after: gatesOf(wave.gates?.after) },
  }));
  const automatic = autoWaves(strategy.autoWaves?.size, clusters);
  const taken = new Set(waves.map(({ name }) => name));
  const rest = [...automatic, { name: "others" }].map((wave, index): Wave => ({
    ...wave,
    name: freeName(wave.name, taken),
    clusterSelector: everyCluster,
    maxConcurrency: concurrency(waves.length + index),
    soakMs: 0,
    gates: noGates,
  }));
  return {
    waves: [...waves, ...rest],
    order: "forward",
    maxFailures: strategy.maxFailures ?? 0,
    strictFailures: strategy.strictFailures ?? false,
    minSuccessful: strategy.minSuccessful ?? 0,
    maxOffline: strategy.maxOffline ?? 0,
    offlinePolicy: strategy.offlinePolicy ?? "Skip",
    progressDeadlineMs: parseDuration(strategy.progressDeadline ?? "15m"),
    degradedGraceMs: parseDuration(strategy.degradedGracePeriod ?? "60s"),
    onFailure: strategy.onFailure ?? "Halt",
    rollback: { maxConcurrency: strategy.rollback?.maxConcurrency ?? "25%" },
  };
}

const gatesOf = (gates: readonly GateForm[] = []): readonly Gate[] => gates.map(resolveGate);

/** People name a wave to skip it, or a gate of it, so no two have one name. */
function freeName(name: string, taken: ReadonlySet<string>): string {
  let free = name;
  for (let n = 2; taken.has(free); n += 1) free = `${name}-${n}`;
  return free;
}

/** All but the last one, which takes whatever is left. */
function autoWaves(size: Amount | undefined, clusters: number): readonly { readonly name: string; readonly count: number }[] {
  if (size === undefined) return [];
  const count = Math.max(1, amountOf(size, clusters), Math.ceil(clusters / maxAutoWaves));
  return Array.from({ length: Math.max(0, Math.ceil(clusters / count) - 1) }, (_, index) => ({ name: `auto-${index + 1}`, count }));
}

/**
 * How what a strategy brought is taken back: the last wave first, by its own concurrency, without waiting for gates, soaks or clusters that
 * are away, which find what they had before when they return; and never rolled back itself.
 */
export const rollbackStrategy = (strategy: RolloutStrategy): RolloutStrategy => ({
  ...strategy,
  waves: strategy.waves.map((wave) => ({ ...wave, maxConcurrency: strategy.rollback.maxConcurrency, soakMs: 0, gates: noGates })),
  order: "reverse",
  maxFailures: 0,
  strictFailures: false,
  minSuccessful: 0,
  maxOffline: "100%",
  offlinePolicy: "Skip",
  onFailure: "Halt",
});

/** Percentages round down. */
export function amountOf(amount: Amount, total: number): number {
  return typeof amount === "number" ? amount : Math.floor((Number(amount.slice(0, -1)) * total) / 100);
}
