import { type Digest, unpackBundle } from "@drover/proto/wire";
import type { ReleaseId } from "../../domain/release/release.ts";
import { describeRelease } from "./ensure-release.ts";
import type { Releases } from "./releases.ts";
import { readAndRender, type RenderDeps, renderedOf } from "./render-release.ts";

type PreviewDeps = Pick<RenderDeps, "sources" | "renderer"> & { readonly releases: Releases };

/**
 * Releases for one preview: a revision that nobody has asked for yet becomes no release with a number, and its bundles are known to this
 * preview alone. What is known already is found, and rendered, as ever.
 */
export function createPreviewReleases({ releases, ...rendering }: PreviewDeps): Releases {
  const passing = new Set<ReleaseId>();
  const bundles = new Map<Digest, Uint8Array>();
  return {
    find: releases.find,
    resolve: releases.resolve,
    async ensure(application, spec, revision, signal) {
      const known = await releases.find(application, spec, revision);
      if (known !== undefined) return known;
      const { specDigest: _digest, ...described } = await describeRelease(rendering.sources, application, spec, revision, signal);
      passing.add(described.id);
      return { ...described, number: 0 };
    },
    async render(release, inputs, signal) {
      if (!passing.has(release.id)) return releases.render(release, inputs, signal);
      const result = await readAndRender(rendering, release, inputs, signal);
      if (result.kind === "bundle") bundles.set(result.bundle.digest, result.bundle.gzip);
      return renderedOf(result);
    },
    async objects(bundle) {
      const gzip = bundles.get(bundle);
      return gzip === undefined ? releases.objects(bundle) : unpackBundle(bundle, gzip);
    },
  };
}
