import { randomUUID } from "node:crypto";
import { access, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { DroverError } from "@drover/kit";
import type { Clock } from "@drover/kit/node";
import type { GitCommit, Mirror, Pushed, RepositoryPlace } from "../../app/source/git.ts";
import { type AccessOptions, openAccess } from "./access.ts";
import { buildCommits } from "./build-commits.ts";
import { keepReader } from "./kept-reader.ts";
import { isObjectId, type ObjectReader } from "./object-reader.ts";
import { parseCommit } from "./parse-commit.ts";
import { pastLocks } from "./reference-locks.ts";
import { type GitResult, type GitRun, runGit } from "./run-git.ts";
import { transportError } from "./transport-error.ts";
import { readFiles, walkTree } from "./walk.ts";

export interface MirrorOptions {
  readonly gitDir: string;
  readonly place: RepositoryPlace;
  readonly access: AccessOptions;
  readonly clock: Clock;
}

const fetchMs = 60_000;
/** The whole history, once; within the deadline of any background work. */
const firstFetchMs = 170_000;
const fetchesBetweenRepacks = 50;
const maxCommitBytes = 1024 * 1024;
/** The host's branches live beside our own references, never among them. */
const refspecs = ["+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*"];

export function createMirror({ gitDir, place, access: accessOptions, clock }: MirrorOptions): Mirror {
  const git = (run: GitRun, signal: AbortSignal): Promise<GitResult> =>
    runGit({ ...run, args: ["--git-dir", gitDir, ...run.args] }, signal);
  const openReader = keepReader(gitDir);
  const inTurn = createTurns();
  let fetches = 0;

  const fetch = async (signal: AbortSignal): Promise<void> => {
    await using access = await openAccess(accessOptions, place);
    const args = ["fetch", "--quiet", "--prune", "--no-tags", "--no-write-fetch-head", "--no-auto-gc", "--", access.url, ...refspecs];
    const deadlineMs = fetches === 0 && (await isEmpty(signal)) ? firstFetchMs : fetchMs;
    const run = (): Promise<GitResult> => git({ ...access, args, deadlineMs }, signal);
    const { status, stderr } = await pastLocks(gitDir, clock, run, signal);
    if (status !== 0) throw transportError(`fetch ${place.repository}`, stderr);
    fetches += 1;
    if (fetches % fetchesBetweenRepacks === 0) void inTurn(() => repack(signal)).catch(() => {}); // only speed: tried again later
  };

  // Every fetch leaves a pack. The small ones are joined; large ones stay as they are, so this is quick for any repository.
  const repack = (signal: AbortSignal): Promise<GitResult> => git({ args: ["repack", "-d", "--quiet", "--geometric=2"] }, signal);

  const isEmpty = async (signal: AbortSignal): Promise<boolean> =>
    (await git({ args: ["for-each-ref", "--count=1"] }, signal)).stdout === "";

  const push = async (branch: string, from: string, to: string, signal: AbortSignal): Promise<Pushed> => {
    await using access = await openAccess(accessOptions, place);
    const ref = `refs/heads/${branch}`;
    const args = ["push", "--porcelain", "--no-verify", `--force-with-lease=${ref}:${from}`, "--", access.url, `${to}:${ref}`];
    const { status, stdout, stderr } = await git({ ...access, args }, signal);
    if (status === 0) {
      await git({ args: ["update-ref", `refs/remotes/origin/${branch}`, to] }, signal);
      return { kind: "pushed" };
    }
    if (/^!.*(stale info|fetch first|non-fast-forward|failed to update ref|cannot lock ref|incorrect old value)/m.test(stdout))
      return { kind: "moved" };
    if (/^!.*\[remote rejected\]/m.test(stdout)) throw pushRefused(place.repository, branch, stdout + stderr);
    throw transportError(`push to ${place.repository}`, stderr);
  };

  return {
    fetch: (signal) => inTurn(() => fetch(signal)),
    push: (branch, from, to, signal) => inTurn(() => push(branch, from, to, signal)),

    async resolve(revision, signal) {
      const names = candidates(revision);
      if (names.length === 0) return undefined;
      await using reader = openReader(signal);
      for (const name of names) {
        const commit = await reader.commitOf(name);
        if (commit !== undefined) return commit;
      }
      return undefined;
    },

    async commit(id, signal) {
      await using reader = openReader(signal);
      return (await reader.info(id))?.type === "commit" ? await readCommit(reader, id) : undefined;
    },

    async isAncestor(older, newer, signal) {
      await using reader = openReader(signal);
      if ((await readCommit(reader, newer)).parents.includes(older)) return true; // as it is after most pushes
      const { status } = await git({ args: ["merge-base", "--is-ancestor", older, newer] }, signal);
      return status === 0;
    },

    async firstParents(from, to, limit, signal) {
      await using reader = openReader(signal);
      const newest = await readCommit(reader, to);
      if (newest.parents[0] === from) return [newest];
      const { status, stdout, stderr } = await git({ args: ["rev-list", "--first-parent", "--reverse", `${from}..${to}`] }, signal);
      if (status !== 0) throw failed("list commits", stderr);
      const commits = [];
      for (const id of stdout.split("\n").filter(Boolean).slice(0, limit)) commits.push(await readCommit(reader, id));
      return commits;
    },

    async files(commit, folder, limits, signal) {
      await using reader = openReader(signal);
      const { tree } = await readCommit(reader, commit);
      return await walkTree(reader, tree, folder, limits);
    },

    async contents(files, limits, signal) {
      await using reader = openReader(signal);
      return await readFiles(reader, files, limits);
    },

    async write(parent, commits, signal) {
      await using reader = openReader(signal);
      const { tree } = await readCommit(reader, parent);
      return await buildCommits(gitDir, reader, { commit: parent, tree }, commits, clock.now());
    },

    async pin(commit, signal) {
      const { status, stderr } = await git({ args: ["update-ref", `refs/drover/pins/${commit}`, commit] }, signal);
      if (status !== 0) throw failed("pin a commit", stderr);
    },
  };
}

const readCommit = async (reader: ObjectReader, id: string): Promise<GitCommit> =>
  parseCommit(id, await reader.read(id, "commit", maxCommitBytes));

/** Makes an empty repository for a mirror, unless it is there. Doing so twice at once, also in two processes, makes one. */
export async function makeMirrorFolder(gitDir: string, signal: AbortSignal): Promise<void> {
  if (await exists(join(gitDir, "HEAD"))) return;
  const draft = `${gitDir}.${randomUUID()}`;
  const { status, stderr } = await runGit({ args: ["init", "--quiet", "--bare", "--template=", draft] }, signal);
  if (status !== 0) throw failed("make a mirror", stderr);
  // Renamed into place whole: git itself locks single files, and fails where two make one repository.
  await rename(draft, gitDir).catch(async (error: unknown) => {
    await rm(draft, { recursive: true, force: true });
    if (!(await exists(join(gitDir, "HEAD")))) throw error;
  });
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** What a revision may be, in the order in which it is tried. Empty for text that git would read as something else. */
function candidates(revision: string): readonly string[] {
  if (isObjectId(revision)) return [revision];
  if (!/^[\w][\w./+-]{0,254}$/.test(revision) || /\.\.|\/\/|@\{|\.lock$|\/$/.test(revision)) return [];
  const full = /^refs\/(heads|tags)\/(.+)$/.exec(revision);
  if (full !== null) return [full[1] === "heads" ? `refs/remotes/origin/${full[2] as string}` : revision];
  const named = [`refs/remotes/origin/${revision}`, `refs/tags/${revision}`];
  return /^[0-9a-f]{7,39}$/.test(revision) ? [...named, revision] : named;
}

/** git locks references, but says so by failing: in one process we wait for one another instead, and between processes try again. */
function createTurns() {
  let last: Promise<unknown> = Promise.resolve();
  return <T>(work: () => Promise<T>): Promise<T> => {
    const mine = last.then(work);
    last = mine.catch(() => {});
    return mine;
  };
}

const failed = (operation: string, stderr: string): DroverError =>
  new DroverError("internal", "GIT_FAILED", `${operation}: git failed`, { cause: new Error(stderr.trim()) });

const pushRefused = (repository: string, branch: string, said: string): DroverError =>
  new DroverError(
    "wrong-state",
    "FLEET_PUSH_REFUSED",
    `push to ${branch} of ${repository}: the host refuses it; allow Drover's account to push to that branch`,
    { cause: new Error(said.trim().slice(-2000)) },
  );
