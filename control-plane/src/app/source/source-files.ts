import type { Instant } from "@drover/kit";
import type { ReleaseSpec } from "../../domain/release/release.ts";

/** The part of a spec that says which repository is meant and what opens it. */
export type SourcePlace = Pick<ReleaseSpec, "repository" | "credentialsRef">;

/** What a commit says about itself. Written by whoever pushed it: text to show, nothing to trust. */
export interface SourceCommit {
  readonly author: string;
  readonly message: string;
  readonly committedAt: Instant;
}

/** Reads application repositories without a work tree. */
export interface SourceFiles {
  /**
   * The full commit id that a commit id (also a unique short one), branch or tag names now.
   * Throws `not-found` REVISION_NOT_FOUND, `invalid` SOURCE_*, `unavailable` SOURCE_UNAVAILABLE.
   */
  resolve(place: SourcePlace, revision: string, signal: AbortSignal): Promise<string>;
  /** `revision` is a full commit id here and below. */
  commit(place: SourcePlace, revision: string, signal: AbortSignal): Promise<SourceCommit>;
  /**
   * The regular files at and below `folder`, by their path from the repository's root; an empty `folder` is the whole repository.
   * Names are checked (threats: links, `..`, control characters, doubles), submodules left out, contents compared with their object
   * ids, and all of it within `sourceLimits`. Throws `not-found` SOURCE_PATH_NOT_FOUND, `invalid` SOURCE_SYMLINK, SOURCE_PATH_UNSAFE,
   * SOURCE_TOO_LARGE.
   */
  files(place: SourcePlace, revision: string, folder: string, signal: AbortSignal): Promise<ReadonlyMap<string, Uint8Array>>;
}

/** What one `files` call may read. A repository beyond it needs a narrower path or another layout. */
export const sourceLimits = { files: 20_000, fileBytes: 8 * 1024 * 1024, bytes: 64 * 1024 * 1024, depth: 32 } as const;

/** The codes of `files` that are about the commit itself. It never changes, so they may be remembered; others may pass. */
export const commitFaults: ReadonlySet<string> = new Set([
  "SOURCE_PATH_NOT_FOUND",
  "SOURCE_SYMLINK",
  "SOURCE_PATH_UNSAFE",
  "SOURCE_TOO_LARGE",
]);
