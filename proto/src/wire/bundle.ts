import { gunzipSync, gzipSync } from "node:zlib";
import { DroverError, type JsonObject, canonicalJson, isJsonObject, parseJson } from "@drover/kit";
import { Type, type Static } from "typebox";
import { type Digest, digestOfBytes } from "./digest.ts";
import { compileReader } from "./reader.ts";
import { Counter, DigestText } from "./words.ts";

/** One rendered set of objects: a canonical JSON array, known by the digest of its bytes, moved compressed and in chunks. */
export const bundleLimits = {
  /** Bytes of canonical JSON; a cluster's agent keeps it in Secrets. */
  bytes: 10 * 1024 * 1024,
  objects: 10_000,
  /** Bytes of one object: what etcd takes. */
  objectBytes: 1024 * 1024,
  /** Compressed bytes in one message; base64 and its frame stay under 256 KB. */
  chunkBytes: 144 * 1024,
} as const;

export interface PackedBundle {
  readonly digest: Digest;
  /** Bytes of the canonical JSON. */
  readonly size: number;
  readonly objects: number;
  readonly gzip: Uint8Array;
}

/** Equal lists of objects make equal bundles; order matters, the renderer sorts. */
export function packBundle(objects: readonly JsonObject[]): PackedBundle {
  const text = Buffer.from(canonicalJson(objects));
  return { digest: digestOfBytes(text), size: text.length, objects: objects.length, gzip: gzipSync(text, { level: 6 }) };
}

/** Throws `invalid` BUNDLE_CORRUPT when it inflates beyond its size or has another digest; nothing is parsed before that. */
export function unpackBundle(digest: Digest, gzip: Uint8Array): readonly JsonObject[] {
  const text = inflate(gzip);
  if (digestOfBytes(text) !== digest) throw corrupt("its content has another digest");
  const value = parseJson(text.toString("utf8"));
  if (!Array.isArray(value) || !value.every(isJsonObject)) throw corrupt("it is no list of objects");
  return value;
}

function inflate(gzip: Uint8Array): Buffer {
  try {
    return gunzipSync(gzip, { maxOutputLength: bundleLimits.bytes });
  } catch (cause) {
    throw corrupt("it does not inflate within its bound", cause);
  }
}

const corrupt = (why: string, cause?: unknown): DroverError =>
  new DroverError("invalid", "BUNDLE_CORRUPT", `unpack bundle: ${why}`, { cause });

export const chunkCount = (gzipBytes: number): number => Math.max(1, Math.ceil(gzipBytes / bundleLimits.chunkBytes));

export const chunkOf = (gzip: Uint8Array, index: number): Uint8Array =>
  gzip.subarray(index * bundleLimits.chunkBytes, (index + 1) * bundleLimits.chunkBytes);

export const BundleRequest = Type.Object({ sha256: DigestText, chunk: Counter });
export type BundleRequest = Static<typeof BundleRequest>;

export const BundleAnswer = Type.Union([
  Type.Object({
    kind: Type.Literal("chunk"),
    chunk: Counter,
    chunks: Counter,
    data: Type.String({ description: "base64 of compressed bytes" }),
  }),
  Type.Object({ kind: Type.Literal("refused"), code: Type.String(), message: Type.String() }),
  Type.Object({ kind: Type.Literal("busy"), retryAfterMs: Counter }),
]);
export type BundleAnswer = Static<typeof BundleAnswer>;

export const readBundleRequest = compileReader(BundleRequest, "BUNDLE_REQUEST_INVALID", "bundle request");
export const readBundleAnswer = compileReader(BundleAnswer, "BUNDLE_ANSWER_INVALID", "answer to a bundle request");
