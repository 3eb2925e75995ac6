import { createHash } from "node:crypto";
import { base32, DroverError, Secret } from "@drover/kit";

/** `drv1_<id>_<secret>`: the id finds the row, of the secret only the hash is kept. */
export interface EnrolmentToken {
  readonly id: string;
  readonly hash: Buffer;
}

const form = /^drv1_([a-z2-7]{26})_([A-Za-z0-9_-]{43})$/;

export function makeEnrolmentToken(random: Uint8Array): EnrolmentToken & { readonly token: Secret } {
  if (random.length !== 48) throw new RangeError("an enrolment token takes 48 random bytes");
  const token = `drv1_${base32(random.subarray(0, 16))}_${Buffer.from(random.subarray(16)).toString("base64url")}`;
  return { ...parseEnrolmentToken(token), token: new Secret(token) };
}

/** Throws `unauthenticated` ENROLMENT_TOKEN_UNKNOWN; the message never repeats the token. */
export function parseEnrolmentToken(token: string): EnrolmentToken {
  const [, id, secret] = form.exec(token) ?? [];
  if (id === undefined || secret === undefined) throw unknownToken();
  return { id, hash: createHash("sha256").update(secret).digest() };
}

export const unknownToken = (): DroverError =>
  new DroverError("unauthenticated", "ENROLMENT_TOKEN_UNKNOWN", "enrol: this installation made no such token; check API address and token");
