import type { ClusterId, Instant } from "@drover/kit";
import type { Identity } from "@drover/proto/wire";
import type { Caller } from "../access/caller.ts";

/** A cluster's row as far as its identity goes. */
export interface ClusterIdentity {
  readonly cluster: ClusterId;
  readonly name: string;
  readonly state: "Pending" | "Enrolled" | "Revoked";
  readonly enrolment: number;
  readonly renewals: number;
  readonly publicKey: string | undefined;
  readonly previousKey: string | undefined;
  readonly clusterUid: string | undefined;
  readonly jwtExpiresAt: Instant | undefined;
}

/** An agent that is to be known by `publicKey` from now on. */
export interface Grant {
  readonly cluster: ClusterId;
  readonly name: string;
  readonly enrolment: number;
  readonly renewals: number;
  readonly publicKey: string;
  /** The database's clock: two replicas' clocks may differ by more than a revocation takes. */
  readonly now: Instant;
}

/** Makes what the agent is told. Pure but for its keys, so that it may run inside a transaction. */
export type Mint = (grant: Grant) => { readonly identity: Identity; readonly expiresAt: Instant };

export interface Nonce {
  readonly nonce: string;
  readonly expiresAt: Instant;
}

export interface Redemption {
  readonly tokenId: string;
  readonly hash: Buffer;
  readonly nonce: Nonce;
  readonly publicKey: string;
  readonly clusterUid: string;
  readonly requestId: string;
}

export interface Renewal {
  readonly cluster: ClusterId;
  readonly nonce: Nonce;
  readonly newPublicKey: string;
  readonly requestId: string;
}

/** Each is one transaction, audited in it. PostgreSQL implements it; its conditions are what makes them safe to race. */
export interface Identities {
  now(): Promise<Instant>;
  addToken(
    token: { readonly id: string; readonly hash: Buffer; readonly cluster: ClusterId; readonly ttlMs: number },
    caller: Caller,
  ): Promise<{ readonly expiresAt: Instant }>;
  /** Throws ENROLMENT_TOKEN_UNKNOWN, _USED or _EXPIRED, ENROLMENT_CLUSTER_UID, ENROLMENT_KEY_TAKEN or CHALLENGE_USED. */
  redeem(redemption: Redemption, mint: Mint): Promise<Identity>;
  /** `judge` sees the row under its lock; what it throws undoes everything. */
  renew(renewal: Renewal, judge: (row: ClusterIdentity, now: Instant) => "renew" | "again", mint: Mint): Promise<Identity>;
  /** Answers the keys that were revoked; none when it was revoked already. */
  revoke(cluster: ClusterId, reason: string, caller: Caller): Promise<readonly string[]>;
}
