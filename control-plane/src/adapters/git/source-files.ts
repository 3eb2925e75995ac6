import { DroverError } from "@drover/kit";
import type { Git, Mirror } from "../../app/source/git.ts";
import { sourceLimits, type SourceFiles, type SourcePlace } from "../../app/source/source-files.ts";
import { isObjectId } from "./object-reader.ts";

/** Commits never change, so only what the mirror lacks is fetched. */
export function createSourceFiles(git: Git): SourceFiles {
  return {
    async resolve(place, revision, signal) {
      const mirror = await git.open(placeOf(place), signal);
      const known = isObjectId(revision) ? await mirror.resolve(revision, signal) : undefined;
      if (known !== undefined) return known;
      await mirror.fetch(signal);
      const commit = await mirror.resolve(revision, signal);
      if (commit === undefined) throw revisionNotFound(place, revision);
      await mirror.pin(commit, signal);
      return commit;
    },
    async commit(place, revision, signal) {
      const mirror = await mirrorWith(git, place, revision, signal);
      const commit = await mirror.commit(revision, signal);
      if (commit === undefined) throw revisionNotFound(place, revision);
      return { author: commit.author, message: commit.message, committedAt: commit.committedAt };
    },
    async files(place, revision, folder, signal) {
      const mirror = await mirrorWith(git, place, revision, signal);
      return mirror.contents(await mirror.files(revision, folder, sourceLimits, signal), sourceLimits, signal);
    },
  };
}

async function mirrorWith(git: Git, place: SourcePlace, revision: string, signal: AbortSignal): Promise<Mirror> {
  const mirror = await git.open(placeOf(place), signal);
  if ((await mirror.resolve(revision, signal)) !== undefined) return mirror;
  await mirror.fetch(signal);
  if ((await mirror.resolve(revision, signal)) === undefined) throw revisionNotFound(place, revision);
  return mirror;
}

const placeOf = ({ repository, credentialsRef }: SourcePlace): SourcePlace => ({ repository, credentialsRef });

const revisionNotFound = ({ repository }: SourcePlace, revision: string): DroverError =>
  new DroverError(
    "not-found",
    "REVISION_NOT_FOUND",
    `find revision "${revision.slice(0, 100)}" in ${repository}: no commit, branch or tag has that name; push it first`,
    { details: { revision } },
  );
