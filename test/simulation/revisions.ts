import { instant } from "@drover/kit";
import { type Digest, digestOf } from "@drover/proto/wire";
import type { Releases } from "../../control-plane/src/app/release/releases.ts";
import type { Release, ReleaseId } from "../../control-plane/src/domain/release/release.ts";
import type { MemoryDatabase } from "./memory/database.ts";
import { hashText } from "./random.ts";

/** What a cluster's objects become after they were applied, one thing after the other. */
export interface Fate {
  readonly afterMs: number;
  readonly health: "Healthy" | "Degraded" | "Progressing";
  /** The cluster will not have an object of it. */
  readonly refused?: true;
  /** What it turns into later, if it does not stay so. */
  readonly next?: Fate;
}

export type Quality = "good" | "bad" | "mixed" | "latent" | "blinking" | "flapping" | "slow" | "stuck";
export const qualities: readonly Quality[] = [
  ...(["good", "good", "good", "bad", "bad", "mixed", "mixed"] as const),
  ...(["latent", "blinking", "flapping", "slow", "stuck"] as const),
];

/** A revision's name says how its objects fare: `bad-7`. */
export const revisionNamed = (quality: Quality, number: number): string => `${quality}-${number}`;

const bundles = new Map<string, string>();

export function fateOf(bundle: string, cluster: string): Fate {
  const revision = bundles.get(bundle) ?? "good-0";
  const dice = hashText(`${revision} ${cluster}`) / 2 ** 32;
  const afterMs = 1_000 + dice * 20_000;
  const later = 5_000 + dice * 400_000;
  switch (revision.split("-", 1)[0] as Quality) {
    case "good":
      return { afterMs, health: "Healthy" };
    case "bad":
      return { afterMs, health: "Degraded" };
    case "mixed":
      return { afterMs, health: dice < 0.4 ? "Degraded" : "Healthy" };
    case "latent":
      return { afterMs, health: "Healthy", ...(dice < 0.5 ? { next: { afterMs: later, health: "Degraded" } } : {}) };
    case "blinking":
      return {
        afterMs,
        health: "Healthy",
        next: { afterMs: later / 8, health: "Degraded", next: { afterMs: 1_000 + dice * 10_000, health: "Healthy" } },
      };
    case "flapping":
      return { afterMs, health: "Degraded", next: { afterMs: later / 8, health: "Healthy" } };
    case "slow":
      return { afterMs: afterMs * 20, health: "Healthy" };
    case "stuck":
      return dice < 0.5 ? { afterMs, health: "Progressing", ...(dice < 0.25 ? { refused: true } : {}) } : { afterMs, health: "Healthy" };
  }
}

/** Renders without git: a bundle is its revision, for all clusters alike. */
export function createMemoryReleases(database: MemoryDatabase): Releases {
  const put = (work: () => void): void => database.transaction(work);
  return {
    find: async () => undefined,
    resolve: async (_spec, revision) => revision,
    ensure: async (application, spec, revision) => {
      const id = `${application}@${revision}` as ReleaseId;
      const release: Release = {
        id,
        application,
        number: 1,
        revision,
        spec,
        author: "grace",
        message: revision,
        committedAt: instant(0),
      };
      if (database.releases.get(id) === undefined) put(() => database.releases.put(id, release));
      return release;
    },
    render: async (release) => {
      const digest = bundleOf(release.application, release.revision);
      if (database.bundles.get(digest) === undefined) put(() => database.bundles.put(digest, { digest, size: 1, objects: 1 }));
      return { kind: "bundle", digest, size: 1, objects: 1 };
    },
    objects: async () => [],
  };
}

const digests = new Map<string, Digest>();

function bundleOf(application: string, revision: string): Digest {
  const name = `${application} ${revision}`;
  const digest = digests.get(name) ?? digestOf(name);
  digests.set(name, digest);
  bundles.set(digest, revision);
  return digest;
}
