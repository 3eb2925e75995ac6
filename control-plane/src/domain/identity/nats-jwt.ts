import { createHash } from "node:crypto";
import { base32, canonicalJson } from "@drover/kit";
import type { Signer } from "@drover/proto/wire";

/** The claims that every NATS JWT of version 2 has; `nats` holds what its type adds. Times are in seconds. */
export interface NatsClaims {
  readonly name: string;
  /** The public nkey that the JWT speaks of. */
  readonly subject: string;
  readonly issuedAt: number;
  readonly expiresAt?: number;
  readonly nats: Readonly<Record<string, unknown>>;
}

const header = encodeJson({ typ: "JWT", alg: "ed25519-nkey" });

/** Equal claims and keys make equal bytes, so that what a server holds can be compared with what it should hold. */
export function encodeNatsJwt({ name, subject, issuedAt, expiresAt, nats }: NatsClaims, issuer: Signer): string {
  const claims = { name, sub: subject, iss: issuer.keyId, iat: issuedAt, exp: expiresAt, nats: { ...nats, version: 2 } };
  const jti = base32(createHash("sha512-256").update(canonicalJson(claims)).digest()).toUpperCase();
  const signed = `${header}.${encodeJson({ ...claims, jti })}`;
  return `${signed}.${Buffer.from(issuer.sign(Buffer.from(signed))).toString("base64url")}`;
}

function encodeJson(value: unknown): string {
  return Buffer.from(canonicalJson(value)).toString("base64url");
}
