import { DroverError } from "@drover/kit";
import type { Clock } from "@drover/kit/node";

/** Failures that an address may make at once, and how fast it earns more. */
const burst = 20;
const earnedEveryMs = 3_000;
/** Addresses remembered. When all are busy, strangers share one account, so flooding cannot make us forget anybody. */
const maxAddresses = 10_000;

/** Counts failed authentications per address. */
export interface FailedAttempts {
  /** Throws `exhausted` TOO_MANY_FAILURES while the address has spent its failures. */
  check(address: string): void;
  record(address: string): void;
}

export function createFailedAttempts(clock: Pick<Clock, "monotonicMs">): FailedAttempts {
  const fullAgainAt = new Map<string, number>();
  const strangers = "";

  const account = (address: string): string => (fullAgainAt.has(address) || fullAgainAt.size < maxAddresses ? address : strangers);
  const debtMs = (address: string): number => Math.max(0, (fullAgainAt.get(account(address)) ?? 0) - clock.monotonicMs());

  return {
    check(address) {
      const tooMuchMs = debtMs(address) - (burst - 1) * earnedEveryMs;
      if (tooMuchMs > 0)
        throw new DroverError(
          "exhausted",
          "TOO_MANY_FAILURES",
          "too many failed authentications from this address: wait, then use a valid token",
          {
            details: { retryAfterMs: tooMuchMs },
          },
        );
    },
    record(address) {
      const now = clock.monotonicMs();
      if (fullAgainAt.size >= maxAddresses) for (const [known, at] of fullAgainAt) if (at <= now) fullAgainAt.delete(known);
      fullAgainAt.set(account(address), now + debtMs(address) + earnedEveryMs);
    },
  };
}
