import type { Instant } from "@drover/kit";
import type { HoldReason } from "./holds.ts";
import type { Judgement } from "./judge.ts";
import { amountOf, type RolloutStrategy, type Wave } from "./strategy.ts";
import { isAway, type Target } from "./target.ts";

/** What is spent of the rollout's budgets. The walk through the waves counts what it dispatches. */
export interface Tally {
  readonly failed: number;
  readonly maxFailures: number;
  readonly maxOffline: number;
  /** Those that have the content, proven: this rollout brought it, or they had it before. */
  readonly successful: number;
  readonly minSuccessful: number;
  inFlight: number;
  offline: number;
}

export function tallyOf(strategy: RolloutStrategy, acceptedFailures: number, judged: readonly Judgement[]): Tally {
  const counts = new Map<Judgement["state"], number>();
  for (const { state } of judged) counts.set(state, (counts.get(state) ?? 0) + 1);
  const count = (state: Judgement["state"]): number => counts.get(state) ?? 0;
  const members = judged.length - count("left") - count("skipped");
  const total = members - count("unchanged");
  return {
    failed: count("failed"),
    maxFailures: amountOf(strategy.maxFailures, total) + acceptedFailures,
    maxOffline: amountOf(strategy.maxOffline, total),
    successful: count("succeeded") + count("unchanged"),
    minSuccessful: amountOf(strategy.minSuccessful, members),
    inFlight: count("inFlight"),
    offline: count("offline"),
  };
}

/** What of the budgets keeps this cluster of `wave` from being dispatched. */
export function heldByBudget(
  strategy: RolloutStrategy,
  wave: Wave,
  maxConcurrency: number,
  target: Target,
  tally: Tally,
  now: Instant,
): HoldReason | undefined {
  const { inFlight, offline, maxOffline, failed, maxFailures } = tally;
  if (offline > maxOffline) return { kind: "OfflineBudget", offline, maxOffline };
  const { lastSeen, inMaintenance, name } = target;
  const away = isAway(target, now);
  const mayPass = offline < maxOffline && strategy.offlinePolicy !== "Wait";
  if (inMaintenance && !mayPass) return { kind: "Maintenance", cluster: name };
  if (away && !mayPass) return { kind: "Offline", lastSeen };
  if (strategy.strictFailures && inFlight >= maxFailures - failed + 1) return { kind: "StrictFailures", inFlight, failed, maxFailures };
  // Those that return from being away may be one too many in flight each; none is sent after them before they are done.
  const places = away ? maxConcurrency + 1 : maxConcurrency;
  return inFlight < places ? undefined : { kind: "Concurrency", wave: wave.name, inFlight, maxConcurrency };
}
