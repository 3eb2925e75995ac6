import { type ClusterId, DroverError, rfc3339, type Instant, type Secret } from "@drover/kit";
import { type Challenge, type EnrolmentRequest, enrolmentProof, publicKeyOfNkey, type Signer, verifySignature } from "@drover/proto/wire";
import type { AccountIds } from "../../domain/identity/accounts.ts";
import { checkChallenge, makeChallenge } from "../../domain/identity/challenge.ts";
import { type EnvelopeKeys, publicKeyset } from "../../domain/identity/envelope-keys.ts";
import { makeEnrolmentToken, parseEnrolmentToken } from "../../domain/identity/enrolment-token.ts";
import { mintAgentJwt } from "../../domain/identity/users.ts";
import type { Caller } from "../access/caller.ts";
import type { Identities, Mint } from "./identities.ts";
import type { Identity } from "@drover/proto/wire";

export interface EnrolmentDeps {
  readonly identities: Identities;
  readonly challengeKey: Secret;
  readonly accounts: AccountIds;
  readonly agentSigning: Signer;
  readonly envelopeKeys: EnvelopeKeys;
  /** How agents reach NATS, and the PEM of the authority they are to trust there. */
  readonly natsUrls: readonly string[];
  readonly ca: string;
  readonly randomBytes: (count: number) => Uint8Array;
}

const minTokenTtlMs = 1_000;
const maxTokenTtlMs = 7 * 24 * 60 * 60 * 1000;

export interface Enrolment {
  /** A one-time token for a cluster: also for one that is enrolled and lost its identity. The text is shown once. Throws `invalid` ENROLMENT_TTL_INVALID. */
  createToken(cluster: ClusterId, ttlMs: number, caller: Caller): Promise<{ readonly token: Secret; readonly expiresAt: Instant }>;
  challenge(): Promise<Challenge>;
  /** Throws what is listed at `Identities.redeem`, and SIGNATURE_INVALID or CHALLENGE_*. */
  enrol(request: EnrolmentRequest, requestId: string): Promise<Identity>;
}

export const createEnrolment = (deps: EnrolmentDeps): Enrolment => ({
  async createToken(cluster, ttlMs, caller) {
    if (!(ttlMs >= minTokenTtlMs && ttlMs <= maxTokenTtlMs))
      throw new DroverError(
        "invalid",
        "ENROLMENT_TTL_INVALID",
        "create enrolment token: its lifetime is not between 1s and 7d; give another ttl",
      );
    const { id, hash, token } = makeEnrolmentToken(deps.randomBytes(48));
    const { expiresAt } = await deps.identities.addToken({ id, hash, cluster, ttlMs }, caller);
    return { token, expiresAt };
  },

  async challenge() {
    const { nonce, expiresAt } = makeChallenge(deps.challengeKey, await deps.identities.now(), deps.randomBytes(16));
    return { nonce, expiresAt: rfc3339(expiresAt) };
  },

  async enrol({ token, nonce, publicKey, clusterUid, signature }, requestId) {
    // Everything that costs no database comes first: this is reachable without credentials.
    const { id, hash } = parseEnrolmentToken(token);
    requireSignature(publicKey, enrolmentProof(nonce, token, publicKey, clusterUid), signature);
    const expiresAt = checkChallenge(deps.challengeKey, await deps.identities.now(), nonce);
    return deps.identities.redeem({ tokenId: id, hash, nonce: { nonce, expiresAt }, publicKey, clusterUid, requestId }, createMint(deps));
  },
});

/** The agent must hold the key: a public key alone proves nothing. */
export function requireSignature(publicKey: string, proof: Uint8Array, signature: string): void {
  if (!verifySignature(publicKeyOfNkey("user", publicKey), proof, Buffer.from(signature, "base64")))
    throw new DroverError("unauthenticated", "SIGNATURE_INVALID", "check identity: the request is not signed by the key it names");
}

export const createMint =
  ({ accounts, agentSigning, envelopeKeys, natsUrls, ca }: EnrolmentDeps): Mint =>
  ({ cluster, name, enrolment, renewals, publicKey, now }) => {
    const { jwt, expiresAt } = mintAgentJwt({ cluster, publicKey }, accounts, agentSigning, now);
    const identity: Identity = {
      cluster,
      clusterName: name,
      enrolment,
      renewals,
      jwt,
      jwtExpiresAt: rfc3339(expiresAt),
      natsUrls: [...natsUrls],
      ca,
      keyset: publicKeyset(envelopeKeys),
      serverTime: rfc3339(now),
    };
    return { identity, expiresAt };
  };
