import { type Instant, plural, rfc3339 } from "@drover/kit";
import type { HoldReason } from "./holds.ts";
import type { TargetReason } from "./judge.ts";
import type { ClosedWindow } from "./restrictions.ts";

const seen = (at: Instant | undefined): string => (at === undefined ? "never" : rfc3339(at));

/** A hold in a line. `why` adds what a person can do about it. */
export function describeHold(because: HoldReason): string {
  switch (because.kind) {
    case "Stopped":
      return `the whole fleet is stopped by ${because.actor} since ${rfc3339(because.since)}: ${because.reason}`;
    case "Quarantined":
      return `revision ${because.revision.slice(0, 12)} is quarantined: ${because.reason}`;
    case "Frozen":
      return `freeze ${because.freeze}${because.until === undefined ? "" : ` until ${rfc3339(because.until)}`}: ${because.reason}`;
    case "OutsideWindow":
      return describeWindow(because.window);
    case "GateOpen":
      return `gate ${because.run.gate} ${because.run.when} wave ${because.waveName} is open: ${because.run.message}`;
    case "GateFailed":
      return `gate ${because.run.gate} ${because.run.when} wave ${because.waveName} failed: ${because.run.message}`;
    case "StrictFailures":
      return `strictFailures: ${because.failed} failed and ${because.inFlight} in flight, of at most ${because.maxFailures + 1} together`;
    case "AwaitingOffline":
      return `wave ${because.wave} waits for ${because.offline} that are away`;
    case "TooFewSuccessful":
      return `${because.successful} succeeded, ${because.minSuccessful} have to`;
    case "Paused":
      return "paused";
    case "Halted":
      return `halted: ${because.failed} failed, ${because.maxFailures} may`;
    case "EarlierWave":
      return `wave ${because.wave} is not done: ${because.waiting} waiting, ${because.inFlight} in flight`;
    case "Unwell":
      return `wave ${because.wave}: ${plural(because.clusters, "cluster")} succeeded and became Degraded`;
    case "Soaking":
      return `wave ${because.wave} soaks until ${rfc3339(because.until)}`;
    case "Concurrency":
      return `wave ${because.wave}: ${because.inFlight} of at most ${because.maxConcurrency} in flight`;
    case "OfflineBudget":
      return `${because.offline} fell silent or are in maintenance since they were given the release, ${because.maxOffline} may`;
    case "Offline":
      return `a cluster that is next was last heard of at ${seen(because.lastSeen)}, and may not be left behind`;
    case "Maintenance":
      return `cluster ${because.cluster}, which is next, is in maintenance, and may not be left behind`;
    case "PruneHeld":
      return `wave ${because.wave}: ${because.held} of ${because.of} hold deletions back (${because.clusters.join(", ")})`;
  }
}

export function describeTarget(because: TargetReason): string {
  switch (because.kind) {
    case "AlreadyProven":
      return "it had this content already";
    case "Adopted":
      return "it had been given this content before";
    case "Dispatched":
      return "it was given the release";
    case "WaveSkipped":
      return `wave ${because.wave} was skipped`;
    case "Skipped":
      return `it was skipped: ${because.reason}`;
    case "RetryAsked":
      return `it is to be tried again: ${because.reason}`;
    case "Retried":
      return "it was given the release because a person had it tried again";
    case "Healthy":
      return "it reported the release Synced and Healthy";
    case "Returned":
      return "it was heard of again";
    case "WentOffline":
      return `it was given the release and is Offline, last heard of at ${seen(because.lastSeen)}; the strategy counts that as a failure`;
    case "Silent":
      return `last heard of at ${seen(because.lastSeen)}`;
    case "Maintenance":
      return "its agent is paused for maintenance";
    case "Degraded":
      return `Degraded since ${rfc3339(because.since)}${because.afterSuccess ? ", after it had succeeded" : ""}`;
    case "Refused":
      return `${because.object} is refused since ${rfc3339(because.since)}: ${because.reason}${because.message === "" ? "" : `, ${because.message}`}`;
    case "ProgressDeadline":
      return because.acknowledged ? "not Synced and Healthy in time" : "it never took the release";
    case "Left":
      return "it is no longer this rollout's";
    case "Reassigned":
      return "its assignment was changed by something else";
  }
}

function describeWindow({ scope, owner, kind, schedule, timeZone, opensAt }: ClosedWindow): string {
  const whose = owner === "" ? "the organisation" : `${scope} ${owner}`;
  const opens = opensAt === undefined ? "" : `; it opens at ${rfc3339(opensAt)}`;
  return kind === "deny"
    ? `inside a deny window of ${whose} (${schedule} ${timeZone})${opens}`
    : `outside the allow windows of ${whose} (${schedule} ${timeZone})${opens}`;
}
