import { type OperationId, routeTable } from "@drover/proto/rest";
import { authorise } from "../app/access/authorise.ts";
import type { Caller } from "../app/access/caller.ts";
import type { Principal } from "../app/access/tokens.ts";
import type { Authenticate } from "./authenticate.ts";
import type { ApiDeps } from "./deps.ts";
import { type LimitRequests, unlimited } from "./request-limits.ts";

/** What both protocols know of a call before its contents are read. */
export interface Arrival {
  readonly operation: OperationId;
  readonly authorization: string | undefined;
  readonly address: string;
  readonly requestId: string;
  readonly traceparent: string | undefined;
  /** The path or method that was called, for the record. */
  readonly target: string;
}

export interface Admitted {
  readonly caller: Caller;
  /** Absent for public operations. */
  readonly principal: Principal | undefined;
}

/** Lets a call in or throws. The one gate of REST and gRPC: who may do what is asked here, by operation, before anything is parsed. */
export const createAdmit =
  (deps: Pick<ApiDeps, "recordAudit">, authenticate: Authenticate, limit: LimitRequests = unlimited) =>
  async ({ operation, authorization, address, requestId, traceparent, target }: Arrival): Promise<Admitted> => {
    const { permission, method } = routeTable[operation];
    const principal = permission === "public" ? undefined : await authenticate(authorization, address);
    // Probes and what a page needs before anybody signs in are public and read: they are cheap, and balancers ask often.
    if (principal !== undefined) await limit({ tokenId: principal.tokenId });
    else if (method !== "GET") await limit({ address });
    const caller = principal && callerOf(principal, requestId, traceparent);
    try {
      authorise(caller, permission);
    } catch (error) {
      if (caller !== undefined && method !== "GET")
        await deps.recordAudit({
          actor: caller.actor,
          action: operation,
          object: target,
          result: "refused",
          requestId,
          details: { permission },
        });
      throw error;
    }
    return { caller: caller ?? { actor: "anonymous", role: "viewer", requestId, traceparent }, principal };
  };

const callerOf = ({ actor, role, approves, overrides }: Principal, requestId: string, traceparent: string | undefined): Caller => ({
  actor,
  role,
  approves,
  overrides,
  requestId,
  traceparent,
});

export type Admit = ReturnType<typeof createAdmit>;
