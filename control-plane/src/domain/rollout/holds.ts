import type { ClusterId, Instant } from "@drover/kit";
import type { GateRun } from "./gate.ts";
import type { ClosedWindow } from "./restrictions.ts";

/** Why a cluster is not dispatched now. Each one names the numbers that decide it. */
export type HoldReason =
  | { readonly kind: "Stopped"; readonly actor: string; readonly reason: string; readonly since: Instant }
  | { readonly kind: "Paused" }
  | { readonly kind: "Halted"; readonly failed: number; readonly maxFailures: number }
  | { readonly kind: "Quarantined"; readonly revision: string; readonly reason: string }
  | { readonly kind: "Frozen"; readonly freeze: string; readonly reason: string; readonly until: Instant | undefined }
  | { readonly kind: "OutsideWindow"; readonly window: ClosedWindow }
  | { readonly kind: "GateOpen"; readonly waveName: string; readonly type: string; readonly run: GateRun }
  | { readonly kind: "GateFailed"; readonly waveName: string; readonly type: string; readonly run: GateRun }
  | { readonly kind: "EarlierWave"; readonly wave: string; readonly waiting: number; readonly inFlight: number }
  | { readonly kind: "Unwell"; readonly wave: string; readonly clusters: number }
  | { readonly kind: "Soaking"; readonly wave: string; readonly until: Instant }
  | { readonly kind: "Concurrency"; readonly wave: string; readonly inFlight: number; readonly maxConcurrency: number }
  | { readonly kind: "StrictFailures"; readonly inFlight: number; readonly failed: number; readonly maxFailures: number }
  | { readonly kind: "OfflineBudget"; readonly offline: number; readonly maxOffline: number }
  | { readonly kind: "Offline"; readonly lastSeen: Instant | undefined }
  /** `offlinePolicy: Wait`: the wave is not done before these have returned. */
  | { readonly kind: "AwaitingOffline"; readonly wave: string; readonly offline: number }
  | { readonly kind: "Maintenance"; readonly cluster: string }
  | { readonly kind: "PruneHeld"; readonly wave: string; readonly held: number; readonly of: number; readonly clusters: readonly string[] }
  | { readonly kind: "TooFewSuccessful"; readonly successful: number; readonly minSuccessful: number };

export type Decision =
  | { readonly kind: "dispatch"; readonly clusterId: ClusterId }
  | { readonly kind: "hold"; readonly clusterId: ClusterId; readonly because: HoldReason };

/** One reason and how many clusters it holds; none when it holds back the rollout's end. */
export interface HoldSummary {
  readonly because: HoldReason;
  readonly clusters: number;
  /** A few of them, for people. */
  readonly examples: readonly ClusterId[];
}

/** Clusters named in one reason. */
export const maxExamples = 3;

/** Folds the holds by kind; the first of each kind speaks for it. */
export function summariseHolds(decisions: readonly Decision[], ending: HoldReason | undefined): readonly HoldSummary[] {
  const byKind = new Map<string, { because: HoldReason; clusters: number; examples: ClusterId[] }>();
  for (const decision of decisions) {
    if (decision.kind === "dispatch") continue;
    const summary = byKind.get(decision.because.kind) ?? { because: decision.because, clusters: 0, examples: [] };
    summary.clusters += 1;
    if (summary.examples.length < maxExamples) summary.examples.push(decision.clusterId);
    byKind.set(decision.because.kind, summary);
  }
  if (ending !== undefined && !byKind.has(ending.kind)) byKind.set(ending.kind, { because: ending, clusters: 0, examples: [] });
  return [...byKind.values()];
}
