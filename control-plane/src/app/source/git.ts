import type { Instant } from "@drover/kit";

/** Which repository, and the name of the credentials that open it. */
export interface RepositoryPlace {
  readonly repository: string;
  readonly credentialsRef: string | undefined;
}

export interface GitCommit {
  /** A full commit id, as are all revisions below. */
  readonly id: string;
  readonly tree: string;
  readonly parents: readonly string[];
  /** `Name <address>`, as whoever pushed it wrote it. */
  readonly author: string;
  readonly message: string;
  readonly committedAt: Instant;
}

/** A file of a commit as its tree names it. A link's content is a path, which nothing here follows. */
export interface TreeFile {
  readonly kind: "file" | "symlink";
  readonly path: string;
  readonly object: string;
}

/** What one walk or one read may touch. Beyond it both end with SOURCE_TOO_LARGE. */
export interface ReadLimits {
  readonly files: number;
  readonly fileBytes: number;
  readonly bytes: number;
  readonly depth: number;
}

export interface NewCommit {
  readonly message: string;
  /** `Name <address>` */
  readonly author: string;
  /** Path to new content; `undefined` deletes the file. */
  readonly files: ReadonlyMap<string, string | undefined>;
}

export type Pushed = { readonly kind: "pushed" } | { readonly kind: "moved" };

/**
 * A local copy of one repository: whatever is fetched stays readable while the host is down. Nothing is ever checked out.
 * Every method may throw `timeout` GIT_TIMEOUT and `internal` GIT_FAILED.
 */
export interface Mirror {
  /**
   * Brings all branches and tags up to date. Throws `invalid` SOURCE_URL_INVALID, SOURCE_SCHEME_REFUSED, SOURCE_PATH_UNSAFE, SOURCE_CORRUPT;
   * `forbidden` SOURCE_EGRESS_REFUSED; `unavailable` SOURCE_UNAVAILABLE, SOURCE_REDIRECTED, SOURCE_CREDENTIALS_MISSING,
   * SOURCE_CREDENTIALS_REFUSED, SOURCE_HOST_KEY_UNKNOWN.
   */
  fetch(signal: AbortSignal): Promise<void>;
  /** The commit that a full or unique short id, a branch or a tag (also as `refs/heads/…`, `refs/tags/…`) names in what was fetched last; undefined when none does. */
  resolve(revision: string, signal: AbortSignal): Promise<string | undefined>;
  /** Undefined when the mirror does not have it. */
  commit(id: string, signal: AbortSignal): Promise<GitCommit | undefined>;
  isAncestor(older: string, newer: string, signal: AbortSignal): Promise<boolean>;
  /** Commits after `from` up to `to`, oldest first, following first parents. At most `limit`, the oldest ones. */
  firstParents(from: string, to: string, limit: number, signal: AbortSignal): Promise<readonly GitCommit[]>;
  /** What lies at and below `folder`, without submodules. Throws `not-found` SOURCE_PATH_NOT_FOUND, `invalid` SOURCE_PATH_UNSAFE, SOURCE_SYMLINK on the way to it, SOURCE_TOO_LARGE. */
  files(commit: string, folder: string, limits: ReadLimits, signal: AbortSignal): Promise<readonly TreeFile[]>;
  /** Contents by path. Sizes are known before anything is read, and each content is compared with its id. Throws `invalid` SOURCE_TOO_LARGE. */
  contents(files: readonly TreeFile[], limits: ReadLimits, signal: AbortSignal): Promise<ReadonlyMap<string, Uint8Array>>;
  /** Builds commits on `parent`, each on the one before; nobody sees them until they are pushed. Returns their ids. */
  write(parent: string, commits: readonly NewCommit[], signal: AbortSignal): Promise<readonly string[]>;
  /** Moves `branch` on the host from `from` to `to`, or answers `moved` and changes nothing when it points elsewhere by now. */
  push(branch: string, from: string, to: string, signal: AbortSignal): Promise<Pushed>;
  /** Keeps the commit and its history from being dropped, whatever the host does to its branches. */
  pin(commit: string, signal: AbortSignal): Promise<void>;
}

export interface Git {
  /** Opens the mirror of a repository; makes an empty one on first use. */
  open(place: RepositoryPlace, signal: AbortSignal): Promise<Mirror>;
}
