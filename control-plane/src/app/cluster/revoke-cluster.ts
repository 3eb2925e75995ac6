import { type ClusterId, toDroverError } from "@drover/kit";
import type { Log } from "@drover/kit/node";
import type { Caller } from "../access/caller.ts";
import type { AccountGuard, Cut } from "./guard-accounts.ts";
import type { Identities } from "./identities.ts";

interface RevocationDeps {
  readonly identities: Identities;
  readonly guard: Pick<AccountGuard, "cut">;
  readonly log: Log;
}

/**
 * Takes a cluster's identity away: in the database first, which refuses its reports and syncs at once, then on every NATS
 * server. `pending` says that no server could be told yet; the guard does it as soon as one answers.
 */
export const createRevocation =
  ({ identities, guard, log }: RevocationDeps) =>
  async (cluster: ClusterId, reason: string, caller: Caller): Promise<Cut | "pending"> => {
    const keys = await identities.revoke(cluster, reason, caller);
    try {
      return await guard.cut(keys);
    } catch (error) {
      log.warn({ clusterId: cluster, err: toDroverError(error) }, "revoked a cluster, but could not tell the NATS servers yet");
      return "pending";
    }
  };
