import { DroverError } from "@drover/kit";
import type { ApiTokens, Principal } from "../app/access/tokens.ts";
import type { FailedAttempts } from "./failed-attempts.ts";

/** Finds out who holds a token. REST and gRPC both come here, so that they count the same failures. */
export type Authenticate = (authorization: string | undefined, address: string) => Promise<Principal | undefined>;

/** Undefined without a token: whether that is enough is for `authorise` to say. */
export const createAuthenticate =
  (deps: { readonly tokens: ApiTokens; readonly failures: FailedAttempts }): Authenticate =>
  async (authorization, address) => {
    if (authorization === undefined) return undefined;
    const [, token] = /^Bearer ([\x21-\x7e]{1,256})$/i.exec(authorization) ?? [];
    // Who has been let in before is not locked out by a neighbour behind the same address.
    if (token === undefined || !deps.tokens.recognises(token)) deps.failures.check(address);
    try {
      if (token === undefined)
        throw new DroverError("unauthenticated", "TOKEN_INVALID", "send the API token as `Authorization: Bearer <token>`");
      return await deps.tokens.authenticate(token);
    } catch (error) {
      if (error instanceof DroverError && error.kind === "unauthenticated") deps.failures.record(address);
      throw error;
    }
  };
