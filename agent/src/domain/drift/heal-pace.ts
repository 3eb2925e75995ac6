import { type Backoff, backoffMs } from "@drover/kit";

/** How often an object was healed of late. */
export interface HealHistory {
  readonly heals: number;
  readonly lastAtMs: number;
}

export const noHeals: HealHistory = { heals: 0, lastAtMs: Number.NEGATIVE_INFINITY };

/** A repeat is a fight with somebody who will not stop; each round waits longer, so that the fight costs nothing. */
const repeats: Backoff = { firstMs: 5_000, factor: 3, maxMs: 300_000 };
/** Quiet for this long beyond the wait: the fight is over and the next drift is a first one. */
const forgetAfterMs = 300_000;

/** How long to wait before healing the object again: nothing the first time. */
export function healDelayMs(history: HealHistory, nowMs: number): number {
  if (history.heals === 0) return 0;
  const waitMs = backoffMs(repeats, history.heals - 1);
  const sinceMs = nowMs - history.lastAtMs;
  return sinceMs > waitMs + forgetAfterMs ? 0 : Math.max(0, waitMs - sinceMs);
}

export function afterHeal(history: HealHistory, nowMs: number): HealHistory {
  const forgotten = history.heals > 0 && nowMs - history.lastAtMs > backoffMs(repeats, history.heals - 1) + forgetAfterMs;
  return { heals: forgotten ? 1 : history.heals + 1, lastAtMs: nowMs };
}
