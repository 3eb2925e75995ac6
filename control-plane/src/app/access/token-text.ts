import { hash, randomBytes } from "node:crypto";
import { base32, Secret } from "@drover/kit";

const pattern = /^drover_([a-z2-7]{16})_([A-Za-z0-9_-]{43})$/;

/** A token as people carry it: `drover_<id>_<secret>`, the secret of 256 random bits. */
export const newTokenText = (): Secret => new Secret(`drover_${base32(randomBytes(10))}_${randomBytes(32).toString("base64url")}`);

/** Undefined when it is no token at all. */
export function readTokenText(text: string): { readonly id: string; readonly hash: Buffer } | undefined {
  const [, id, secret] = pattern.exec(text) ?? [];
  if (id === undefined || secret === undefined) return undefined;
  return { id, hash: hash("sha256", secret, "buffer") };
}
