import { type Instant, later } from "@drover/kit";
import type { Refusal } from "./refusal.ts";
import type { RolloutStrategy } from "./strategy.ts";
import { connectionOf, offlineAfterMs, type ObservedStatus, staleAfterMs, type Target, type TargetState } from "./target.ts";

/** Why a target is in its state, as shown to people. */
export type TargetReason =
  | { readonly kind: "AlreadyProven" }
  | { readonly kind: "Adopted" }
  | { readonly kind: "Dispatched" }
  /** A person had it tried again after it had failed, or was skipped. */
  | { readonly kind: "Retried" }
  | { readonly kind: "WaveSkipped"; readonly wave: string }
  | { readonly kind: "Skipped" | "RetryAsked"; readonly reason: string }
  | { readonly kind: "Healthy" }
  | { readonly kind: "Returned" }
  | { readonly kind: "Silent"; readonly lastSeen: Instant | undefined }
  | { readonly kind: "Maintenance" }
  | { readonly kind: "Degraded"; readonly since: Instant; readonly afterSuccess: boolean }
  | (Refusal & { readonly kind: "Refused"; readonly since: Instant })
  | { readonly kind: "ProgressDeadline"; readonly since: Instant; readonly acknowledged: boolean }
  | { readonly kind: "Left" }
  | { readonly kind: "Reassigned" }
  /** `offlinePolicy: Fail`. */
  | { readonly kind: "WentOffline"; readonly lastSeen: Instant | undefined };

/** What the newest observation makes of a target, before anything is dispatched. */
export interface Judgement {
  readonly target: Target;
  readonly state: TargetState;
  readonly because: TargetReason | undefined;
  readonly generation: number | undefined;
  readonly wasDegraded: boolean;
  readonly wasRefused: boolean;
  readonly dispatchedAt: Instant | undefined;
  readonly acknowledgedAt: Instant | undefined;
  readonly succeededAt: Instant | undefined;
  /** For a success: when its soak began, which any Degraded on this generation restarts. */
  readonly soakFrom: Instant | undefined;
  /** Succeeded and Degraded now, within its grace period. Nothing goes on before it recovers or fails. */
  readonly unwell: boolean;
  /** When time alone could change this judgement. */
  readonly recheckAt: Instant | undefined;
}

type Deadlines = Pick<RolloutStrategy, "progressDeadlineMs" | "degradedGraceMs" | "offlinePolicy">;

/** Judges one target by its newest observation. Only reports of exactly this rollout's (generation, bundle) count for anything. */
export function judge(target: Target, deadlines: Deadlines, now: Instant): Judgement {
  if (target.goal === undefined) return becomes(target, "left", target.state === "left" ? undefined : { kind: "Left" });
  return judges[target.state](target, deadlines, now);
}

type Judge = (target: Target, deadlines: Deadlines, now: Instant) => Judgement;

const judges: Readonly<Record<TargetState, Judge>> = {
  waiting: judgeWaiting,
  left: judgeWaiting,
  unchanged: (target) => (hasGoal(target) ? becomes(target, "unchanged") : becomes(target, "waiting", { kind: "Reassigned" })),
  inFlight: judgeDispatched,
  offline: judgeDispatched,
  succeeded: judgeSucceeded,
  failed: (target) => becomes(target, "failed"),
  skipped: (target) => becomes(target, "skipped"),
};

/** A cluster that has the content already is left alone: as it is when proven, otherwise watched like any that we dispatched. */
function judgeWaiting(target: Target, deadlines: Deadlines, now: Instant): Judgement {
  if (!hasGoal(target) || target.retried) return becomes(target, "waiting");
  if (provenAt(target, target.assignment?.generation) !== undefined) return becomes(target, "unchanged", { kind: "AlreadyProven" });
  const adopted: Target = {
    ...target,
    state: "inFlight",
    generation: target.assignment?.generation,
    wasDegraded: false,
    wasRefused: false,
    dispatchedAt: now,
    acknowledgedAt: undefined,
    succeededAt: undefined,
  };
  const judged = judgeDispatched(adopted, deadlines, now);
  return { ...judged, target, because: judged.because ?? { kind: "Adopted" } };
}

function judgeDispatched(target: Target, deadlines: Deadlines, now: Instant): Judgement {
  if (!hasGoal(target) || target.assignment?.generation !== target.generation) return becomes(target, "waiting", { kind: "Reassigned" });
  const succeededAt = provenAt(target, target.generation);
  if (succeededAt !== undefined) return judgeSucceeded({ ...target, succeededAt }, deadlines, now, { kind: "Healthy" });

  if (target.inMaintenance) return becomes(target, "offline", target.state === "offline" ? undefined : { kind: "Maintenance" });

  const own = ownStatus(target);
  const returned = target.state === "offline";
  const acknowledgedBefore = target.acknowledgedAt ?? target.assignment?.acknowledgedAt ?? own?.reportedAt;
  const acknowledged = acknowledgedBefore !== undefined;
  const connection = connectionOf(target.lastSeen, now);
  if (!acknowledged && connection === "Offline" && deadlines.offlinePolicy === "Fail" && target.dispatchedAt !== undefined)
    return becomes(target, "failed", { kind: "WentOffline", lastSeen: target.lastSeen });
  if (!acknowledged && connection !== "Connected")
    return {
      ...becomes(target, "offline", target.state === "offline" ? undefined : { kind: "Silent", lastSeen: target.lastSeen }),
      recheckAt: target.lastSeen === undefined || connection === "Offline" ? undefined : later(target.lastSeen, offlineAfterMs),
    };

  // A cluster that was away has all its time once it is back, and one whose deletions are held once they are released.
  const acknowledgedAt = acknowledged && (returned || restartsClock(own, acknowledgedBefore, now)) ? now : acknowledgedBefore;
  const dispatchedAt = returned ? now : (target.dispatchedAt ?? now);
  // One that is tried again has acknowledged before, and all its time again.
  const since = latest(acknowledgedAt, dispatchedAt) ?? dispatchedAt;
  const deadline = later(since, deadlines.progressDeadlineMs);
  const trouble = troubleOf(target, own);
  const graceEnds = trouble && later(latest(trouble.since, dispatchedAt) ?? trouble.since, deadlines.degradedGraceMs);
  if (graceEnds !== undefined && graceEnds <= now) return { ...becomes(target, "failed", trouble), acknowledgedAt };
  if (deadline <= now) return { ...becomes(target, "failed", { kind: "ProgressDeadline", since, acknowledged }), acknowledgedAt };

  const silentAt = acknowledged || target.lastSeen === undefined ? undefined : later(target.lastSeen, staleAfterMs);
  return {
    ...becomes(target, "inFlight", returned ? { kind: "Returned" } : undefined),
    dispatchedAt,
    acknowledgedAt,
    recheckAt: earliest([deadline, graceEnds, silentAt, own?.holdsPrune === true ? later(now, heldClockMs) : undefined]),
  };
}

/**
 * What makes a cluster in flight fail once its grace period is over: whichever has lasted longer. What it was before is not held against the
 * release; what it says no to is, also where it was Degraded before.
 */
function troubleOf(
  { wasDegraded, wasRefused }: Target,
  own: ObservedStatus | undefined,
): (TargetReason & { readonly since: Instant }) | undefined {
  const refusal = wasRefused ? undefined : own?.refusal;
  const degradedSince = wasDegraded ? undefined : degradedFrom(own);
  if (refusal !== undefined && (degradedSince === undefined || refusal.since <= degradedSince)) return { kind: "Refused", ...refusal };
  return degradedSince === undefined ? undefined : { kind: "Degraded", since: degradedSince, afterSuccess: false };
}

function judgeSucceeded(target: Target, deadlines: Deadlines, now: Instant, because?: TargetReason): Judgement {
  const own = ownStatus(target);
  const seenSince = degradedFrom(own);
  // One that is tried again has its grace anew.
  const degradedSince = seenSince === undefined ? undefined : latest(seenSince, target.dispatchedAt);
  // Who works on a paused cluster may break what he likes; it is looked at again when he is done.
  const graceEnds = degradedSince === undefined || target.inMaintenance ? undefined : later(degradedSince, deadlines.degradedGraceMs);
  if (degradedSince !== undefined && graceEnds !== undefined && graceEnds <= now)
    return becomes(target, "failed", { kind: "Degraded", since: degradedSince, afterSuccess: true });
  // The agent's clock may run ahead of ours; it cannot have seen anything after its report came in.
  const lastDegradedAt = own?.lastDegradedAt === undefined ? undefined : (Math.min(own.lastDegradedAt, own.reportedAt) as Instant);
  return {
    ...becomes(target, "succeeded", because),
    soakFrom: latest(target.succeededAt, lastDegradedAt),
    unwell: degradedSince !== undefined && !target.inMaintenance,
    recheckAt: graceEnds,
  };
}

const becomes = (target: Target, state: TargetState, because?: TargetReason): Judgement => ({
  target,
  state,
  because,
  generation: target.generation,
  wasDegraded: target.wasDegraded,
  wasRefused: target.wasRefused,
  dispatchedAt: target.dispatchedAt,
  acknowledgedAt: target.acknowledgedAt,
  succeededAt: target.succeededAt,
  soakFrom: undefined,
  unwell: false,
  recheckAt: undefined,
});

/** Whether a cluster that is given its content once more, in the same generation, refuses it as of its newest report. */
export const refusesAlready = (target: Target): boolean =>
  hasGoal(target) && ownStatus({ ...target, generation: target.assignment?.generation })?.refusal !== undefined;

/** Whether the cluster has been given this rollout's content, by whomever. */
const hasGoal = ({ goal, assignment }: Target): boolean =>
  assignment?.state === "active" && assignment.contentDigest === goal?.contentDigest;

/** How far behind the clock of a held cluster may be, so that it is not written anew at every plan. */
const heldClockMs = 60_000;

/** A cluster that waits for a person to approve its deletions is not late. */
const restartsClock = (own: ObservedStatus | undefined, since: Instant, now: Instant): boolean =>
  own?.holdsPrune === true && later(since, heldClockMs) <= now;

/** Whether the newest report of this very content holds deletions back. */
export const holdsPrune = ({ target, generation }: Judgement): boolean => ownStatus({ ...target, generation })?.holdsPrune === true;

function ownStatus({ status, goal, generation }: Target): ObservedStatus | undefined {
  return status !== undefined && status.generation === generation && status.bundle === goal?.bundle ? status : undefined;
}

function provenAt(target: Target, generation: number | undefined): Instant | undefined {
  if (target.assignment?.provenAt !== undefined) return target.assignment.provenAt;
  const own = ownStatus({ ...target, generation });
  return own?.sync === "Synced" && own.health === "Healthy" ? own.reportedAt : undefined;
}

const degradedFrom = (status: ObservedStatus | undefined): Instant | undefined =>
  status?.health === "Degraded" ? (status.degradedSince ?? status.reportedAt) : undefined;

type Maybe = Instant | undefined;

const latest = (a: Maybe, b: Maybe): Maybe => (b === undefined || (a !== undefined && a > b) ? a : b);

/** The first of those that are known. */
export const earliest = (instants: readonly Maybe[]): Maybe =>
  instants.reduce((first, at) => (at === undefined || (first !== undefined && first < at) ? first : at), undefined);
