import { createHash, randomBytes } from "node:crypto";
import { DroverError, networkOf } from "@drover/kit";
import { RateLimiterMemory, type RateLimiterRes } from "rate-limiter-flexible";

export interface RequestLimits {
  /** Of one API token, in a minute, at one replica. */
  readonly perToken: number;
  /** Of one address (IPv6: network) that has no token yet: enrolments and webhooks. */
  readonly perAddress: number;
}

export type Requester = { readonly tokenId: string } | { readonly address: string };

/** Throws `exhausted` TOO_MANY_REQUESTS while the requester has spent its minute. */
export type LimitRequests = (requester: Requester) => Promise<void>;

export const unlimited: LimitRequests = async () => {};

/** Accounts for addresses. However many there are, no more is remembered: strangers may meet in one, seldom and by chance. */
const addressAccounts = 65_536;

export function createRequestLimits({ perToken, perAddress }: RequestLimits): LimitRequests {
  const tokens = new RateLimiterMemory({ points: perToken, duration: 60 });
  const addresses = new RateLimiterMemory({ points: perAddress, duration: 60 });
  const salt = randomBytes(16);
  const accountOf = (address: string): string =>
    String(createHash("sha1").update(salt).update(networkOf(address)).digest().readUInt32BE() % addressAccounts);

  return async (requester) => {
    try {
      if ("tokenId" in requester) await tokens.consume(requester.tokenId);
      else await addresses.consume(accountOf(requester.address));
    } catch (spent) {
      const who = "tokenId" in requester ? `this API token has spent its ${perToken}` : `this address has spent its ${perAddress}`;
      throw new DroverError("exhausted", "TOO_MANY_REQUESTS", `${who} requests of this minute: wait as long as Retry-After says`, {
        details: { retryAfterMs: (spent as RateLimiterRes).msBeforeNext },
      });
    }
  };
}
