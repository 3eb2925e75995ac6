import type { Labels, LabelSelector } from "@drover/kit";

/** An event of the log, as far as messages need it. */
export interface LoggedEvent {
  /** Its place in the log; unique. */
  readonly cursor: string;
  readonly at: string;
  readonly kind: string;
  readonly subject: string;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface RolloutFacts {
  readonly id: string;
  readonly application: string;
  readonly environment: string;
  readonly kind: "Rollout" | "Rollback";
  readonly revision: string;
  readonly previousRevision: string | undefined;
  readonly actor: string;
  readonly reason: string;
  /** The rollout that this one takes back, if it does. */
  readonly rollsBack: string | undefined;
  /** Clusters by state: `{ succeeded: 3, failed: 1 }`. */
  readonly targets: Readonly<Record<string, number>>;
  /** Names of some that failed. */
  readonly failed: readonly string[];
}

export interface GateFacts {
  readonly run: string;
  readonly attempt: number;
  readonly type: string;
  readonly requiredApprovals: number;
}

export interface ClusterFacts {
  readonly name: string;
  readonly project: string;
  readonly labels: Labels;
}

/** What the events of a batch speak of, as it is when the batch is read. */
export interface NotificationFacts {
  readonly rollouts: ReadonlyMap<string, RolloutFacts>;
  /** By `gateKey`. */
  readonly gates: ReadonlyMap<string, GateFacts>;
  readonly clusters: ReadonlyMap<string, ClusterFacts>;
  readonly environments: readonly { readonly name: string; readonly clusterSelector: LabelSelector }[];
  /** Project of each application that is named. */
  readonly projects: ReadonlyMap<string, string>;
}

export const gateKey = (rollout: string, when: string, wave: string, gate: string): string => [rollout, when, wave, gate].join("\n");

/** What a worker has to load for an event. */
export interface Mentions {
  readonly rollout?: string;
  readonly cluster?: string;
  readonly application?: string;
}

/** Kinds of the log that messages are made of; the rest is not read. */
export const toldKinds = [
  "RolloutChanged",
  "GateChanged",
  "ClusterStateChanged",
  "DriftFightBegan",
  "PruneHeld",
  "PromotionFailed",
  "RollbackFailed",
  "RevisionQuarantined",
  "BreakGlassBegun",
  "BreakGlassEnded",
  "FleetStopped",
  "FleetStopReleased",
  "FleetFileInvalid",
  "FleetHeld",
  "FleetRecovered",
] as const;
