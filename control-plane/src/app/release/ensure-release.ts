import { base32, type Instant } from "@drover/kit";
import { type Digest, digestOf } from "@drover/proto/wire";
import type { Release, ReleaseId, ReleaseSpec } from "../../domain/release/release.ts";
import { failpoint } from "../failpoint.ts";
import type { SourceFiles } from "../source/source-files.ts";

/** A release before it has its number. */
export interface NewRelease {
  readonly id: ReleaseId;
  readonly application: string;
  readonly revision: string;
  readonly spec: ReleaseSpec;
  readonly specDigest: Digest;
  readonly author: string;
  readonly message: string;
  readonly committedAt: Instant;
}

export interface ReleaseStore {
  find(application: string, revision: string, specDigest: Digest): Promise<Release | undefined>;
  /** Gives it the next number of its application, or answers the row of whoever was faster. */
  add(release: NewRelease): Promise<Release>;
}

export interface EnsureReleaseDeps {
  readonly releases: ReleaseStore;
  readonly sources: SourceFiles;
}

/** The release of a full commit id: the one that is known, or a new one with what the commit says about itself. */
export async function ensureRelease(
  { releases, sources }: EnsureReleaseDeps,
  application: string,
  spec: ReleaseSpec,
  revision: string,
  signal: AbortSignal,
): Promise<Release> {
  const specDigest = digestOf(spec);
  const known = await releases.find(application, revision, specDigest);
  if (known !== undefined) return known;
  const added = await releases.add(await describeRelease(sources, application, spec, revision, signal));
  failpoint("release.added");
  return added;
}

/** A release as its commit describes it. */
export async function describeRelease(
  sources: SourceFiles,
  application: string,
  spec: ReleaseSpec,
  revision: string,
  signal: AbortSignal,
): Promise<NewRelease> {
  const { author, message, committedAt } = await sources.commit(spec, revision, signal);
  const specDigest = digestOf(spec);
  return {
    id: releaseIdOf(application, revision, specDigest),
    application,
    revision,
    spec,
    specDigest,
    committedAt,
    author: author.slice(0, 500),
    message: message.slice(0, 4000),
  };
}

/** Made of what a release is, so that every replica, and a database that was lost and rebuilt, call it the same. */
function releaseIdOf(application: string, revision: string, specDigest: Digest): ReleaseId {
  const hash = digestOf([application, revision, specDigest]).slice("sha256:".length);
  return base32(Uint8Array.from(hash.slice(0, 32).match(/../g) ?? [], (byte) => Number.parseInt(byte, 16))) as ReleaseId;
}
