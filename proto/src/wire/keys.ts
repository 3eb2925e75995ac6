import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from "node:crypto";

/** Signs with one Ed25519 key. `keyId` names it in signatures; it is a hint for look-up, never a reason to trust. */
export interface Signer {
  readonly keyId: string;
  readonly publicKey: PublicKey;
  sign(data: Uint8Array): Uint8Array;
}

/** The 32 bytes of an Ed25519 public key. */
export type PublicKey = Uint8Array & { readonly brand?: "Ed25519PublicKey" };

const pkcs8Prefix = Buffer.from("302e020100300506032b657004220420", "hex");
const spkiPrefix = Buffer.from("302a300506032b6570032100", "hex");

/** A new Ed25519 key's 32-byte seed. */
export const createSeed = (): Uint8Array =>
  generateKeyPairSync("ed25519").privateKey.export({ format: "der", type: "pkcs8" }).subarray(-32);

/** node:crypto signs in 0.05 ms; the JavaScript implementation that the NATS libraries carry needs 5 ms. */
export function createSigner(keyId: string, seed: Uint8Array): Signer {
  const key = createPrivateKey({ key: Buffer.concat([pkcs8Prefix, seed]), format: "der", type: "pkcs8" });
  const publicKey = createPublicKey(key).export({ format: "der", type: "spki" }).subarray(-32);
  return { keyId, publicKey, sign: (data) => sign(null, data, key) };
}

export function verifySignature(publicKey: PublicKey, data: Uint8Array, signature: Uint8Array): boolean {
  return publicKey.length === 32 && signature.length === 64 && verify(null, data, keyObjectOf(publicKey), signature);
}

/** The keys of a large fleet; beyond it the oldest is made anew when it comes again. */
const maxKeyObjects = 10_000;
const keyObjects = new Map<string, KeyObject>();

/** Making a key object costs a quarter of a verification, and the same agents report again and again. */
function keyObjectOf(publicKey: PublicKey): KeyObject {
  const text = Buffer.from(publicKey).toString("latin1");
  const known = keyObjects.get(text);
  if (known !== undefined) return known;
  const made = createPublicKey({ key: Buffer.concat([spkiPrefix, publicKey]), format: "der", type: "spki" });
  const [oldest] = keyObjects.keys();
  if (keyObjects.size >= maxKeyObjects && oldest !== undefined) keyObjects.delete(oldest);
  keyObjects.set(text, made);
  return made;
}
