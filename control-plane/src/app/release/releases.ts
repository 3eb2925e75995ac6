import type { JsonObject } from "@drover/kit";
import type { Digest } from "@drover/proto/wire";
import type { Inputs, Release, ReleaseSpec, Rendered } from "../../domain/release/release.ts";

/** Source revisions become releases, releases become bundles. Both are found again rather than made twice. */
export interface Releases {
  /** The release of a full commit id that was made before. Asks no repository. */
  find(application: string, spec: ReleaseSpec, revision: string): Promise<Release | undefined>;
  /**
   * The commit that `revision` (a full or unique short commit id, a branch or a tag) names in the source.
   * Throws `not-found` REVISION_NOT_FOUND, `unavailable` SOURCE_UNAVAILABLE, `invalid` SOURCE_*.
   */
  resolve(spec: ReleaseSpec, revision: string, signal: AbortSignal): Promise<string>;
  /** The release of a resolved commit: made on first sight, with the next number of its application. */
  ensure(application: string, spec: ReleaseSpec, revision: string, signal: AbortSignal): Promise<Release>;
  /** The bundle of a release with these inputs: rendered on first sight, in a child process with limits. */
  render(release: Release, inputs: Inputs, signal: AbortSignal): Promise<Rendered>;
  /** The objects of a bundle that was rendered. */
  objects(bundle: Digest): Promise<readonly JsonObject[]>;
}
