import { DroverError, type JsonObject } from "@drover/kit";
import type { Clock, Log } from "@drover/kit/node";
import { type Assignment, type BundleRef, type Digest, bundleLimits, unpackBundle } from "@drover/proto/wire";
import type { ControlPlane } from "./control-plane.ts";
import type { BundleStore } from "./state/bundle-store.ts";

/** The objects of an assignment's bundle. */
export interface Bundles {
  /**
   * From the store, else from the control plane, and then stored; older ones go, but not the one that is in force. Throws
   * BUNDLE_UNAVAILABLE or BUNDLE_CORRUPT.
   */
  load(assignment: Pick<Assignment, "application" | "bundle">, signal: AbortSignal, inForce?: string): Promise<readonly JsonObject[]>;
  /** From the store alone. */
  loadStored(application: string, sha256: string, signal: AbortSignal): Promise<readonly JsonObject[] | undefined>;
  /** Removes what is stored of an application that is no more. */
  forget(application: string, signal: AbortSignal): Promise<void>;
}

interface Deps {
  readonly store: BundleStore;
  readonly controlPlane: () => ControlPlane | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

export const createBundles = (deps: Deps): Bundles => ({
  async load({ application, bundle }, signal, inForce) {
    const stored = await loadStored(application, bundle.sha256, deps, signal);
    if (stored) return stored;
    const gzip = await fetchChunks(bundle, deps, signal);
    const objects = unpackBundle(bundle.sha256 as Digest, gzip);
    await deps.store.save(application, bundle, gzip, signal, inForce);
    return objects;
  },
  loadStored: (application, sha256, signal) => loadStored(application, sha256, deps, signal),
  forget: (application, signal) => deps.store.forget(application, signal),
});

async function loadStored(
  application: string,
  sha256: string,
  { store, log }: Deps,
  signal: AbortSignal,
): Promise<readonly JsonObject[] | undefined> {
  const gzip = await store.load(application, sha256, signal);
  if (!gzip) return undefined;
  try {
    return unpackBundle(sha256 as Digest, gzip);
  } catch (err) {
    log.warn({ err, application }, "a stored bundle is damaged and is fetched again");
    return undefined;
  }
}

/** A control plane that goes on being busy is asked again with the application's next run. */
const maxBusy = 10;
const longestWaitMs = 30_000;

async function fetchChunks(bundle: BundleRef, { controlPlane, clock }: Deps, signal: AbortSignal): Promise<Uint8Array> {
  const link = controlPlane();
  if (!link) throw unavailable("the control plane has not been reached yet");
  const chunks: Buffer[] = [];
  let refusals = 0;
  for (let chunk = 0; chunk < bundle.chunks;) {
    const answer = await link.bundle({ sha256: bundle.sha256, chunk }, signal).catch((cause: unknown) => {
      throw unavailable("it could not be fetched", cause);
    });
    if (answer.kind === "refused") throw unavailable(`${answer.code}: ${answer.message}`);
    if (answer.kind === "busy") {
      if (++refusals > maxBusy) throw unavailable("the control plane has no time for it");
      await clock.sleep(Math.min(answer.retryAfterMs, longestWaitMs), signal);
      continue;
    }
    const data = Buffer.from(answer.data, "base64");
    if (answer.chunk !== chunk || data.length > bundleLimits.chunkBytes) throw unavailable("the answer is not the chunk asked for");
    chunks.push(data);
    chunk += 1;
  }
  return Buffer.concat(chunks);
}

const unavailable = (why: string, cause?: unknown): DroverError =>
  new DroverError("unavailable", "BUNDLE_UNAVAILABLE", `load bundle: ${why}`, { cause });
