import { DroverError } from "@drover/kit";
import { createSeed, createSigner, type PublicKey, type Signer } from "./keys.ts";

/** NATS' text form of Ed25519 keys: a role's prefix, 32 bytes and a CRC-16, in base32. */
export type NkeyRole = "operator" | "account" | "user";

const prefixes: Record<NkeyRole, number> = { operator: 14 << 3, account: 0, user: 20 << 3 };
const seedPrefix = 18 << 3;
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

export interface Nkey extends Signer {
  /** `keyId` of the signer, e.g. `UD4K…`. */
  readonly publicText: string;
  /** `S…`: whoever holds it is this identity. */
  readonly seedText: string;
}

export const createNkey = (role: NkeyRole): Nkey => nkeyFromRaw(role, createSeed());

function nkeyFromRaw(role: NkeyRole, seed: Uint8Array): Nkey {
  const unnamed = createSigner("", seed);
  const publicText = encode([prefixes[role]], unnamed.publicKey);
  const rolePrefix = prefixes[role];
  const seedText = encode([seedPrefix | (rolePrefix >> 5), (rolePrefix & 31) << 3], seed);
  return { ...createSigner(publicText, seed), publicText, seedText };
}

/** Throws `invalid` NKEY_INVALID; the message never repeats the seed. */
export function nkeyFromSeed(role: NkeyRole, seedText: string): Nkey {
  const bytes = decode(seedText);
  if (bytes.length !== 34 || (bytes[0]! & 0xf8) !== seedPrefix) throw invalid("seed");
  const found = ((bytes[0]! & 7) << 5) | (bytes[1]! >> 3);
  if (found !== prefixes[role]) throw invalid(`${role} seed`);
  return nkeyFromRaw(role, bytes.subarray(2));
}

/** The key bytes of a public nkey of this role. Throws `invalid` NKEY_INVALID. */
export function publicKeyOfNkey(role: NkeyRole, publicText: string): PublicKey {
  const bytes = decode(publicText);
  if (bytes.length !== 33 || bytes[0] !== prefixes[role]) throw invalid(`public ${role} key`);
  return bytes.subarray(1);
}

const invalid = (what: string): DroverError => new DroverError("invalid", "NKEY_INVALID", `read nkey: not a NATS ${what}`);

function encode(prefix: readonly number[], key: Uint8Array): string {
  const body = Uint8Array.from([...prefix, ...key]);
  const crc = crc16(body);
  return toBase32(Uint8Array.from([...body, crc & 0xff, crc >> 8]));
}

function decode(text: string): Uint8Array {
  const bytes = fromBase32(text);
  const body = bytes.subarray(0, -2);
  const crc = crc16(body);
  if (bytes.length < 3 || bytes.at(-2) !== (crc & 0xff) || bytes.at(-1) !== crc >> 8) throw invalid("key");
  return body;
}

/** CRC-16/XMODEM. */
function crc16(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) crc = ((crc << 1) ^ (crc & 0x8000 ? 0x1021 : 0)) & 0xffff;
  }
  return crc;
}

function toBase32(bytes: Uint8Array): string {
  let bits = 0;
  let held = 0;
  let text = "";
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xffff;
    for (bits += 8; bits >= 5; bits -= 5) text += alphabet[(held >> (bits - 5)) & 31];
  }
  return bits > 0 ? text + alphabet[(held << (5 - bits)) & 31] : text;
}

function fromBase32(text: string): Uint8Array {
  const bytes: number[] = [];
  let bits = 0;
  let held = 0;
  for (const letter of text) {
    const value = alphabet.indexOf(letter);
    if (value < 0) throw invalid("key");
    held = ((held << 5) | value) & 0xffff;
    bits += 5;
    if (bits >= 8) bytes.push((held >> (bits -= 8)) & 0xff);
  }
  return Uint8Array.from(bytes);
}
