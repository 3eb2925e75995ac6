import type { ClusterId, Instant, Labels } from "@drover/kit";
import type { Digest, Health, Sync } from "@drover/proto/wire";
import type { Refusal } from "./refusal.ts";
import type { ClosedWindow } from "./restrictions.ts";

/**
 * - `waiting`: not dispatched by this rollout
 * - `unchanged`: had this very content, proven, before the rollout looked; counts as nothing
 * - `inFlight`: has the content, not yet Synced and Healthy with it
 * - `succeeded`: was Synced and Healthy with it
 * - `failed`: latched, until a person retries it
 * - `offline`: was given the content and has not been heard of since, or is in maintenance; it catches up when it returns
 * - `left`: no longer in the environment, or taken over by a rollout of its own
 * - `skipped`: a person took it out of this rollout; it keeps what it has
 */
export type TargetState = "waiting" | "unchanged" | "inFlight" | "succeeded" | "failed" | "offline" | "left" | "skipped";

/** What the newest accepted report of the cluster said of the application. It may already be out of date. */
export interface ObservedStatus {
  readonly generation: number;
  readonly bundle: Digest;
  readonly sync: Sync;
  readonly health: Health;
  /** Since when it is Degraded without a break; undefined when it is not. */
  readonly degradedSince: Instant | undefined;
  /** The last time it was Degraded in this generation, even if only between two reports. */
  readonly lastDegradedAt: Instant | undefined;
  readonly reportedAt: Instant;
  /** It keeps objects that it would have to delete, until a person approves. */
  readonly holdsPrune: boolean;
  /** What it refuses of the very release, without a break since then. */
  readonly refusal: (Refusal & { readonly since: Instant }) | undefined;
}

/** What the cluster has been given of the application, by whatever rollout. */
export interface CurrentAssignment {
  readonly generation: number;
  readonly contentDigest: Digest;
  readonly state: "active" | "removing" | "suspended" | "withdrawn";
  readonly acknowledgedAt: Instant | undefined;
  /** The first Synced and Healthy report of this very generation and bundle. */
  readonly provenAt: Instant | undefined;
}

/** What this rollout wants the cluster to have. */
export interface Goal {
  readonly contentDigest: Digest;
  readonly bundle: Digest;
}

/** One cluster of a rollout with everything that decides about it. */
export interface Target {
  readonly clusterId: ClusterId;
  readonly name: string;
  readonly labels: Labels;
  readonly state: TargetState;
  /** Fixed by the dispatch: a dispatched cluster never changes wave. */
  readonly wave: number | undefined;
  /** It failed or was skipped, and a person had it tried again: it is dispatched anew, in its wave. */
  readonly retried: boolean;
  /** There is something to return it to: before this rollout, and those that this one superseded, it had other content than now. */
  readonly hasPrevious: boolean;
  readonly generation: number | undefined;
  readonly wasDegraded: boolean;
  /** It refused this very content already as it was given it once more. */
  readonly wasRefused: boolean;
  readonly dispatchedAt: Instant | undefined;
  readonly acknowledgedAt: Instant | undefined;
  readonly succeededAt: Instant | undefined;
  /** Undefined once the cluster is no longer this rollout's: it left, or a rollout of its own took it over. */
  readonly goal: Goal | undefined;
  readonly assignment: CurrentAssignment | undefined;
  readonly status: ObservedStatus | undefined;
  readonly lastSeen: Instant | undefined;
  /** Somebody paused its agent: it reports, and changes nothing. */
  readonly inMaintenance: boolean;
  /** A window of the cluster itself that is closed now. */
  readonly window: ClosedWindow | undefined;
}

export type Connection = "Connected" | "Stale" | "Offline";

export const staleAfterMs = 90_000;
export const offlineAfterMs = 300_000;

export function connectionOf(lastSeen: Instant | undefined, now: Instant): Connection {
  const silentMs = lastSeen === undefined ? Number.POSITIVE_INFINITY : now - lastSeen;
  if (silentMs >= offlineAfterMs) return "Offline";
  return silentMs >= staleAfterMs ? "Stale" : "Connected";
}

/** Whether a content that it is given now will have to wait: it is silent, or paused by somebody. */
export const isAway = ({ lastSeen, inMaintenance }: Pick<Target, "lastSeen" | "inMaintenance">, now: Instant): boolean =>
  inMaintenance || connectionOf(lastSeen, now) !== "Connected";
