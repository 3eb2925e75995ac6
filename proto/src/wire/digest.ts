import { createHash } from "node:crypto";
import { canonicalJson } from "@drover/kit";

/** `sha256:` and 64 hex digits. */
export type Digest = string & { readonly brand: "Digest" };

export const digestOfBytes = (bytes: Uint8Array | string): Digest => `sha256:${createHash("sha256").update(bytes).digest("hex")}` as Digest;

/** The digest of a value's canonical JSON: equal values, equal digests. */
export const digestOf = (value: unknown): Digest => digestOfBytes(canonicalJson(value));
