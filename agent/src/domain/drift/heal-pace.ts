import { type Backoff, backoffMs } from "@drover/kit";
import type { Drift } from "./judge.ts";

/** How often an object was healed of late, and of what the last time. */
export interface HealHistory {
  readonly heals: number;
  readonly lastAtMs: number;
  readonly last: Drift | undefined;
}

/** A new process begins with this for every object: it heals what it finds at once. */
export const noHeals: HealHistory = { heals: 0, lastAtMs: Number.NEGATIVE_INFINITY, last: undefined };

/** A repeat is a fight with somebody who will not stop; each round waits longer, so that the fight costs nothing. */
const repeats: Backoff = { firstMs: 5_000, factor: 3, maxMs: 300_000 };
/** Quiet for this long beyond the wait: the fight is over and the next drift is a first one. */
const forgetAfterMs = 300_000;

/** How long to wait before healing the object again: nothing the first time. */
export function healDelayMs(history: HealHistory, nowMs: number): number {
  if (isForgotten(history, nowMs)) return 0;
  return Math.max(0, waitMs(history) - (nowMs - history.lastAtMs));
}

export const afterHeal = (history: HealHistory, drift: Drift, nowMs: number): HealHistory => ({
  heals: isForgotten(history, nowMs) ? 1 : history.heals + 1,
  lastAtMs: nowMs,
  last: drift,
});

/** Somebody does again what was healed a moment ago. */
export interface Fight {
  /** The field manager, as far as the object tells. */
  readonly with: string;
  readonly fields: readonly string[];
  /** How often it was healed so far. */
  readonly heals: number;
}

/** The same manager at the same fields, or the same deletion, soon after we healed it. */
export function fightOf(history: HealHistory, drift: Drift, nowMs: number): Fight | undefined {
  const { last, heals } = history;
  if (!last || isForgotten(history, nowMs) || last.by !== drift.by) return undefined;
  const fields = drift.fields.filter((field) => last.fields.includes(field));
  if (fields.length === 0 && (last.kind !== drift.kind || drift.fields.length > 0)) return undefined;
  return { with: drift.by ?? "somebody", fields, heals };
}

const waitMs = ({ heals }: HealHistory): number => backoffMs(repeats, heals - 1);

const isForgotten = (history: HealHistory, nowMs: number): boolean =>
  history.heals === 0 || nowMs - history.lastAtMs > waitMs(history) + forgetAfterMs;
