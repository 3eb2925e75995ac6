import { DroverError } from "@drover/kit";
import type { Clock } from "@drover/kit/node";
import { networkOf } from "@drover/kit";

/** Failures that an address may make at once, and how fast it earns more. */
const burst = 20;
const earnedEveryMs = 3_000;
/** Nobody waits longer than this, however often they failed. */
const longestWaitMs = 60_000;
/** Addresses remembered. When all are busy, strangers share one account, so flooding cannot make us forget anybody. */
const maxAddresses = 10_000;

/** Counts failed authentications per address; those of one IPv6 network count together. */
export interface FailedAttempts {
  /** Throws `exhausted` TOO_MANY_FAILURES while the address has spent its failures. */
  check(address: string): void;
  record(address: string): void;
}

export function createFailedAttempts(clock: Pick<Clock, "monotonicMs">): FailedAttempts {
  const fullAgainAt = new Map<string, number>();
  const strangers = "";

  const account = (address: string): string => {
    const network = networkOf(address);
    return fullAgainAt.has(network) || fullAgainAt.size < maxAddresses ? network : strangers;
  };
  const debtMs = (address: string): number => Math.max(0, (fullAgainAt.get(account(address)) ?? 0) - clock.monotonicMs());

  let forgottenAt = Number.NEGATIVE_INFINITY;
  /** Looks through all of them, so at most once a second. */
  const forgetInnocent = (now: number): void => {
    if (now - forgottenAt < 1_000) return;
    forgottenAt = now;
    for (const [known, at] of fullAgainAt) if (at <= now) fullAgainAt.delete(known);
  };

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
      if (fullAgainAt.size >= maxAddresses) forgetInnocent(now);
      const debt = Math.min(debtMs(address) + earnedEveryMs, (burst - 1) * earnedEveryMs + longestWaitMs);
      fullAgainAt.set(account(address), now + debt);
    },
  };
}
