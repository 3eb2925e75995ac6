import { backoffMs, type Instant, later } from "@drover/kit";

/** What became of one attempt. */
export type Sent =
  | { readonly kind: "Delivered"; readonly said: string }
  /** Trying again cannot help before somebody changes something. */
  | { readonly kind: "Refused"; readonly code: string; readonly said: string }
  | { readonly kind: "Failed"; readonly code: string; readonly said: string; readonly retryAfterMs?: number };

export type Verdict =
  | { readonly kind: "Delivered" }
  | { readonly kind: "Retry"; readonly at: Instant }
  | { readonly kind: "Dead"; readonly because: "Refused" | "Exhausted" };

export const maxAttempts = 10;
/** 2 s, 6 s, 18 s, … one hour: ten attempts take about three hours. */
const backoff = { firstMs: 2_000, factor: 3, maxMs: 3_600_000 };
/** Nobody may have us wait for longer. */
const longestWaitMs = 3_600_000;

/** `attempt` counts from 1; `random` is in [0, 1) and keeps many from coming back at once. */
export function judgeAttempt(sent: Sent, attempt: number, now: Instant, random: number): Verdict {
  if (sent.kind === "Delivered") return { kind: "Delivered" };
  if (sent.kind === "Refused") return { kind: "Dead", because: "Refused" };
  if (attempt >= maxAttempts) return { kind: "Dead", because: "Exhausted" };
  const waitMs = backoffMs(backoff, attempt - 1);
  const ownMs = waitMs / 2 + Math.floor((waitMs / 2) * random);
  return { kind: "Retry", at: later(now, Math.min(longestWaitMs, Math.max(ownMs, sent.retryAfterMs ?? 0))) };
}
