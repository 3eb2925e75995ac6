import { backoffMs, boundaries, errorChain, type Instant, later, toDroverError } from "@drover/kit";
import type { Claim, Outcome } from "../app/work-queue.ts";

const retry = { firstMs: 1_000, factor: 2, maxMs: 300_000 };

/** What an error means for background work: some are tried again, later each time; the others wait until somebody changes something. */
export function settleError(error: unknown, { attempts }: Pick<Claim, "attempts">, now: Instant): Outcome {
  const known = toDroverError(error);
  const failed = { kind: "failed", code: known.code, message: errorChain(error) } as const;
  if (known.kind === "stale" || known.kind === "cancelled") return { kind: "recheck", at: now };
  return boundaries[known.kind].retry ? { ...failed, retryAt: later(now, backoffMs(retry, attempts)) } : failed;
}
