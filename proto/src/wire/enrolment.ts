import type { ClusterId } from "@drover/kit";
import { digestOf } from "./digest.ts";
import { Challenge, Identity } from "./enrolment-shapes.ts";
import { compileReader } from "./reader.ts";

/** The bytes an agent signs to enrol: proof of possession, bound to this nonce, token, key and cluster. */
export const enrolmentProof = (nonce: string, token: string, publicKey: string, clusterUid: string): Uint8Array =>
  Buffer.from(digestOf({ purpose: "drover enrolment v1", nonce, token: token.split("_")[1] ?? "", publicKey, clusterUid }));

/** The bytes the old key signs to hand over to the new one. */
export const renewalProof = (nonce: string, cluster: ClusterId, counter: number, newPublicKey: string): Uint8Array =>
  Buffer.from(digestOf({ purpose: "drover renewal v1", nonce, cluster, counter, newPublicKey }));

export const readIdentity = compileReader(Identity, "IDENTITY_INVALID", "identity");
export const readChallenge = compileReader(Challenge, "CHALLENGE_INVALID", "challenge");
