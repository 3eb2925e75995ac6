import type { Principal } from "../app/access/tokens.ts";
import type { ApiDeps } from "./deps.ts";

/** A revoked or expired token's streams end within this time, the second that a replica remembers a token, and one look at the database. */
const tokenCheckMs = 2_000;

/** Ends the stream when its token no longer counts. While that cannot be found out, the stream goes on: it may only read. */
export function guardToken({ tokens, clock }: Pick<ApiDeps, "tokens" | "clock">, principal: Principal | undefined, ended: AbortController) {
  return setInterval(() => {
    if (principal === undefined || principal.expiresAt <= clock.now()) return ended.abort();
    tokens.stillGood(principal.tokenId).then(
      (good) => good || ended.abort(),
      () => {},
    );
  }, tokenCheckMs);
}
