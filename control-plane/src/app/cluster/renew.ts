import { type ClusterId, DroverError } from "@drover/kit";
import { type Identity, renewalProof, type RenewalRequest } from "@drover/proto/wire";
import { checkChallenge } from "../../domain/identity/challenge.ts";
import { judgeRenewal } from "../../domain/identity/judge-renewal.ts";
import { createMint, type EnrolmentDeps, requireSignature } from "./enrol.ts";

/**
 * Gives an enrolled agent a new key, vouched for by the one it has. Who it is comes from our row alone, never from the
 * request. Throws CLUSTER_NOT_FOUND, CLUSTER_NOT_ENROLLED, RENEWAL_COUNTER, RENEWAL_TOO_LATE, SIGNATURE_INVALID, CHALLENGE_*.
 */
export const createRenewal =
  (deps: EnrolmentDeps) =>
  async ({ cluster: text, nonce, counter, newPublicKey, signature }: RenewalRequest, requestId: string): Promise<Identity> => {
    const cluster = text as ClusterId;
    const expiresAt = checkChallenge(deps.challengeKey, await deps.identities.now(), nonce);
    const proof = renewalProof(nonce, cluster, counter, newPublicKey);
    return deps.identities.renew(
      { cluster, nonce: { nonce, expiresAt }, newPublicKey, requestId },
      (row, now) => {
        const verdict = judgeRenewal(row, { counter, newPublicKey }, now);
        if (verdict.kind === "refused") throw new DroverError(verdict.errorKind, verdict.code, verdict.message);
        requireSignature(verdict.signedBy, proof, signature);
        return verdict.kind;
      },
      createMint(deps),
    );
  };
