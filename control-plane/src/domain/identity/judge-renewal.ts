import type { ErrorKind, Instant } from "@drover/kit";

interface Renewed {
  readonly state: "Pending" | "Enrolled" | "Revoked";
  readonly renewals: number;
  readonly publicKey: string | undefined;
  readonly previousKey: string | undefined;
  readonly jwtExpiresAt: Instant | undefined;
}

export type RenewalVerdict =
  | { readonly kind: "renew"; readonly signedBy: string }
  /** The answer to this very renewal was lost: give it again. */
  | { readonly kind: "again"; readonly signedBy: string }
  | { readonly kind: "refused"; readonly errorKind: ErrorKind; readonly code: string; readonly message: string };

/** An edge site that was off for months comes back by itself; after this a person must say that it is still ours. */
const graceMs = 180 * 24 * 60 * 60 * 1000;

/** Whether an agent may exchange its key, and which key must vouch for the new one. */
export function judgeRenewal(
  row: Renewed,
  request: { readonly counter: number; readonly newPublicKey: string },
  now: Instant,
): RenewalVerdict {
  if (row.state !== "Enrolled" || row.publicKey === undefined)
    return refused("forbidden", "CLUSTER_NOT_ENROLLED", `renew: the cluster is ${row.state.toLowerCase()}; enrol it with a new token`);
  if (row.jwtExpiresAt !== undefined && row.jwtExpiresAt + graceMs < now)
    return refused("forbidden", "RENEWAL_TOO_LATE", "renew: the identity expired more than 180 days ago; enrol with a new token");
  if (row.previousKey !== undefined && request.counter === row.renewals - 1 && request.newPublicKey === row.publicKey)
    return { kind: "again", signedBy: row.previousKey };
  if (request.counter !== row.renewals)
    return refused(
      "wrong-state",
      "RENEWAL_COUNTER",
      "renew: another agent has renewed this identity; if it was copied, revoke the cluster and enrol the right one",
    );
  return { kind: "renew", signedBy: row.publicKey };
}

const refused = (errorKind: ErrorKind, code: string, message: string): RenewalVerdict => ({ kind: "refused", errorKind, code, message });
