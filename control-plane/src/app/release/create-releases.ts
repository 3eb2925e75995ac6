import { digestOf, unpackBundle } from "@drover/proto/wire";
import { type EnsureReleaseDeps, ensureRelease } from "./ensure-release.ts";
import { recentFiles } from "../source/recent-files.ts";
import type { Releases } from "./releases.ts";
import { type RenderDeps, renderRelease } from "./render-release.ts";

/** Releases over their stores, the sources and the renderer. */
export function createReleases(deps: EnsureReleaseDeps & RenderDeps): Releases {
  const sources = recentFiles(deps.sources);
  return {
    find: (application, spec, revision) => deps.releases.find(application, revision, digestOf(spec)),
    resolve: sources.resolve,
    ensure: (application, spec, revision, signal) => ensureRelease({ ...deps, sources }, application, spec, revision, signal),
    render: (release, inputs, signal) => renderRelease({ ...deps, sources }, release, inputs, signal),
    objects: async (bundle) => unpackBundle(bundle, await deps.renders.loadBundle(bundle)),
  };
}
