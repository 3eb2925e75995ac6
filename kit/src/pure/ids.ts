import { DroverError } from "./errors.ts";

/** A cluster's id: 26 characters [a-z2-7], made by the server, never a display name. Nothing else may reach a NATS subject or JWT. */
export type ClusterId = string & { readonly brand: "ClusterId" };

export const clusterIdPattern = "^[a-z2-7]{26}$";
const clusterId = new RegExp(clusterIdPattern);

export const isClusterId = (text: string): text is ClusterId => clusterId.test(text);

/** Throws `invalid` CLUSTER_ID_INVALID for anything but 26 characters [a-z2-7]. */
export function parseClusterId(text: string): ClusterId {
  if (!isClusterId(text)) throw new DroverError("invalid", "CLUSTER_ID_INVALID", "a cluster id is 26 characters of a-z and 2-7");
  return text;
}

const alphabet = "abcdefghijklmnopqrstuvwxyz234567";

/** Base32 in lower case without padding: 16 random bytes make a cluster id. */
export function base32(bytes: Uint8Array): string {
  let bits = 0;
  let held = 0;
  let text = "";
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    for (; bits >= 5; bits -= 5) text += alphabet[(held >>> (bits - 5)) & 31];
    held &= (1 << bits) - 1;
  }
  return bits > 0 ? text + alphabet[(held << (5 - bits)) & 31] : text;
}
