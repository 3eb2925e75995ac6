import { type Instant, rfc3339 } from "@drover/kit";
import type { HoldReason } from "./holds.ts";
import type { TargetReason } from "./judge.ts";

const seen = (at: Instant | undefined): string => (at === undefined ? "never" : rfc3339(at));

/** A hold in a line. `why` adds what a person can do about it. */
export function describeHold(because: HoldReason): string {
  switch (because.kind) {
    case "Paused":
      return "paused";
    case "Halted":
      return `halted: ${because.failed} failed, ${because.maxFailures} may`;
    case "EarlierWave":
      return `wave ${because.wave} is not done: ${because.waiting} waiting, ${because.inFlight} in flight`;
    case "Unwell":
      return `wave ${because.wave}: ${because.clusters} succeeded and are Degraded now`;
    case "Soaking":
      return `wave ${because.wave} soaks until ${rfc3339(because.until)}`;
    case "Concurrency":
      return `wave ${because.wave}: ${because.inFlight} of at most ${because.maxConcurrency} in flight`;
    case "OfflineBudget":
      return `${because.offline} fell silent or are in maintenance since they were given the release, ${because.maxOffline} may`;
    case "Offline":
      return `a cluster that is next was last heard of at ${seen(because.lastSeen)}, and maxOffline is spent`;
    case "Maintenance":
      return `cluster ${because.cluster}, which is next, is in maintenance, and maxOffline is spent`;
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
    case "Healthy":
      return "it reported the release Synced and Healthy";
    case "Returned":
      return "it was heard of again";
    case "Silent":
      return `last heard of at ${seen(because.lastSeen)}`;
    case "Maintenance":
      return "its agent is paused for maintenance";
    case "Degraded":
      return `Degraded since ${rfc3339(because.since)}${because.afterSuccess ? ", after it had succeeded" : ""}`;
    case "ProgressDeadline":
      return because.acknowledged ? "not Synced and Healthy in time" : "it never took the release";
    case "Left":
      return "it is no longer this rollout's";
    case "Reassigned":
      return "its assignment was changed by something else";
  }
}
