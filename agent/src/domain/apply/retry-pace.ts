import { type Backoff, backoffMs, spread } from "@drover/kit";

/** An object that could not be applied, and when it may be tried again. */
export interface Retry {
  readonly attempts: number;
  readonly notBeforeMs: number;
  /** Of the assignment under which it failed: under another one it is tried at once. */
  readonly generation: number;
}

/** What ends by itself is worth a look soon. */
const passing: Backoff = { firstMs: 1_000, factor: 2, maxMs: 60_000 };
/** What somebody has to put right: a field, a right, another manager. */
const lasting: Backoff = { firstMs: 5_000, factor: 3, maxMs: 300_000 };
const lastingReasons = new Set(["Invalid", "Forbidden", "Conflict", "ImmutableConflict", "UnknownKind"]);

/**
 * An attempt costs four requests at most. However many objects of an application fail, all their attempts together stay under 50
 * requests a minute.
 */
const perFailingObjectMs = 6_000;
const jitter = 0.2;

export interface Failing {
  readonly reason: string;
  readonly generation: number;
  /** Objects of the application that fail at the moment, this one included. */
  readonly objects: number;
}

export function afterFailure(before: Retry | undefined, failing: Failing, nowMs: number, random: number): Retry {
  const attempts = before?.generation === failing.generation ? before.attempts + 1 : 1;
  const backoff = lastingReasons.has(failing.reason) ? lasting : passing;
  const waitMs = Math.max(backoffMs(backoff, attempts - 1), attempts > 1 ? failing.objects * perFailingObjectMs : 0);
  return { attempts, notBeforeMs: nowMs + spread(waitMs, jitter, random), generation: failing.generation };
}

export const isTooEarly = (retry: Retry | undefined, generation: number, nowMs: number): boolean =>
  retry !== undefined && retry.generation === generation && nowMs < retry.notBeforeMs;
