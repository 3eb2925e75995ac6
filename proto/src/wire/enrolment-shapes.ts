import { Type, type Static } from "typebox";
import { ClusterIdText, Counter, Name, Time } from "./words.ts";

const Nonce = Type.String({ minLength: 16, maxLength: 128 });
const UserKey = Type.String({ pattern: "^U[A-Z2-7]{55}$", description: "public nkey of the agent" });
const Signature = Type.String({ maxLength: 128, description: "base64, Ed25519" });

/** GET /v1/enrol/challenge: a nonce that one enrolment or renewal may use, for a short time. */
export const Challenge = Type.Object({ nonce: Nonce, expiresAt: Time });
export type Challenge = Static<typeof Challenge>;

/** POST /v1/enrol: a one-time token, and proof that the agent holds the key it names. */
export const EnrolmentRequest = Type.Object({
  token: Type.String({ maxLength: 200, pattern: "^drv1_[a-z2-7]{26}_[A-Za-z0-9_-]{43}$" }),
  nonce: Nonce,
  publicKey: UserKey,
  clusterUid: Type.String({ minLength: 1, maxLength: 64 }),
  kubernetesVersion: Type.String({ maxLength: 64 }),
  agentVersion: Type.String({ maxLength: 64 }),
  signature: Signature,
});
export type EnrolmentRequest = Static<typeof EnrolmentRequest>;

/** POST /v1/renew: a new key, vouched for by the old one. */
export const RenewalRequest = Type.Object({
  cluster: ClusterIdText,
  nonce: Nonce,
  /** Renewals so far; a copy of the agent that renewed first makes the other's counter wrong. */
  counter: Counter,
  newPublicKey: UserKey,
  /** By the old key. */
  signature: Signature,
});
export type RenewalRequest = Static<typeof RenewalRequest>;

/** Who the agent is from now on, and whom it trusts. */
export const Identity = Type.Object({
  cluster: ClusterIdText,
  clusterName: Name,
  enrolment: Counter,
  renewals: Counter,
  jwt: Type.String({ maxLength: 8192, description: "NATS user JWT" }),
  jwtExpiresAt: Time,
  natsUrls: Type.Array(Type.String({ maxLength: 512 }), { minItems: 1, maxItems: 16 }),
  /** PEM. */
  ca: Type.String({ maxLength: 65_536 }),
  keyset: Type.Object({
    version: Counter,
    keys: Type.Array(Type.Object({ keyId: Type.String(), publicKey: Type.String({ description: "base64, 32 bytes" }) }), {
      minItems: 1,
      maxItems: 8,
    }),
  }),
  serverTime: Time,
});
export type Identity = Static<typeof Identity>;
