import { type ClusterId, DroverError, toDroverError } from "@drover/kit";
import { type BundleAnswer, chunkCount, chunkOf, type Digest, readBundleRequest } from "@drover/proto/wire";
import { parsePayload } from "./wire-payload.ts";

export interface AssignedBundles {
  /** Whether the cluster is enrolled and one of its assignments names the bundle. */
  isAssigned(cluster: ClusterId, digest: Digest): Promise<boolean>;
  /** The compressed bytes, or undefined when there is no such bundle. */
  read(digest: Digest): Promise<Uint8Array | undefined>;
}

interface BundleDeps {
  readonly bundles: AssignedBundles;
  /** Compressed bytes kept in memory: a rollout asks for the same few bundles a thousand times. */
  readonly cacheBytes: number;
}

const busyRetryMs = 2_000;

/** Serves one chunk of a bundle, and only to clusters that are told to run it. */
export const createBundleServer = ({ bundles, cacheBytes }: BundleDeps) => {
  const read = cached((digest) => bundles.read(digest), cacheBytes);

  const serve = async (cluster: ClusterId, payload: Uint8Array): Promise<BundleAnswer> => {
    const { sha256, chunk } = readBundleRequest(parsePayload(payload, "BUNDLE_REQUEST_INVALID"));
    const digest = sha256 as Digest;
    // Unassigned and unknown look alike: whoever asks learns nothing about other clusters' bundles.
    const gzip = (await bundles.isAssigned(cluster, digest)) ? await read(digest) : undefined;
    if (gzip === undefined)
      throw new DroverError("forbidden", "BUNDLE_NOT_ASSIGNED", `fetch bundle: no assignment of cluster ${cluster} names ${digest}`);
    const chunks = chunkCount(gzip.length);
    if (chunk >= chunks) throw new DroverError("invalid", "BUNDLE_REQUEST_INVALID", `fetch bundle ${digest}: it has ${chunks} chunks`);
    return { kind: "chunk", chunk, chunks, data: Buffer.from(chunkOf(gzip, chunk)).toString("base64") };
  };

  return async (cluster: ClusterId, payload: Uint8Array): Promise<BundleAnswer> => {
    try {
      return await serve(cluster, payload);
    } catch (error) {
      const { kind, code, message } = toDroverError(error);
      if (kind === "unavailable" || kind === "timeout") return { kind: "busy", retryAfterMs: busyRetryMs };
      if (kind === "internal") throw error;
      return { kind: "refused", code, message };
    }
  };
};

/** The least recently used go first. Clusters that ask for one bundle at the same time share the reading of it. */
function cached(
  load: (digest: Digest) => Promise<Uint8Array | undefined>,
  maxBytes: number,
): (digest: Digest) => Promise<Uint8Array | undefined> {
  const kept = new Map<Digest, Uint8Array>();
  const loading = new Map<Digest, Promise<Uint8Array | undefined>>();
  let bytes = 0;

  const keep = (digest: Digest, gzip: Uint8Array): void => {
    kept.set(digest, gzip);
    bytes += gzip.length;
    for (const [oldest, { length }] of kept) {
      if (bytes <= maxBytes) break;
      kept.delete(oldest);
      bytes -= length;
    }
  };

  const fetchOnce = async (digest: Digest): Promise<Uint8Array | undefined> => {
    try {
      const gzip = await load(digest);
      if (gzip) keep(digest, gzip);
      return gzip;
    } finally {
      loading.delete(digest);
    }
  };

  return async (digest) => {
    const found = kept.get(digest);
    if (found) {
      kept.delete(digest);
      kept.set(digest, found);
      return found;
    }
    const underWay = loading.get(digest) ?? fetchOnce(digest);
    loading.set(digest, underWay);
    return underWay;
  };
}
