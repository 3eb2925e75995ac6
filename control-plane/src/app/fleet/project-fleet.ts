import { DroverError, toDroverError } from "@drover/kit";
import type { Log } from "@drover/kit/node";
import { filesToRead, type ProjectedFile, projectCommit } from "../../domain/fleet/project-commit.ts";
import type { Problem } from "../../domain/release/release.ts";
import { failpoint } from "../failpoint.ts";
import type { Git, GitCommit, Mirror, RepositoryPlace } from "../source/git.ts";
import { projectionOf } from "./projection-of.ts";
import type { ProjectionStore } from "./projection-store.ts";
import { fleetLimits, readTexts } from "./read-texts.ts";

/** Where the fleet repository is. */
export interface FleetRepository extends RepositoryPlace {
  readonly branch: string;
}

export interface ProjectFleetDeps {
  readonly git: Git;
  readonly store: ProjectionStore;
  readonly fleet: FleetRepository;
  readonly log: Log;
}

export type FleetState =
  | { readonly kind: "projected"; readonly head: string }
  /** Nothing was moved; `problem` says what somebody has to do. */
  | { readonly kind: "held"; readonly problem: Problem };

export interface FleetProjector {
  /** Fetches the fleet repository and projects what is new. */
  fetchAndProject(signal: AbortSignal): Promise<FleetState>;
  /** Projects what the mirror already has. */
  project(signal: AbortSignal): Promise<FleetState>;
}

/** Commits that are listed at once. */
const commitsAtOnce = 200;

/** Carries the fleet repository's commits into the database, first parent by first parent, each in one transaction. */
export function createFleetProjector({ git, store, fleet, log }: ProjectFleetDeps): FleetProjector {
  // What the last look left, to spare reading the whole fleet again. Another replica's commit makes it useless.
  let cache: { readonly head: string; readonly files: readonly ProjectedFile[] } | undefined;

  const projectOne = async (mirror: Mirror, previous: string | undefined, commit: GitCommit, signal: AbortSignal): Promise<void> => {
    const before = cache !== undefined && cache.head === previous ? cache.files : await store.files();
    const tree = await mirror.files(commit.id, "", fleetLimits, signal);
    const listing = new Map(tree.map(({ path, object, kind }) => [path, { blob: object, kind }]));
    const texts = await readTexts(mirror, tree, filesToRead(before, listing), signal);
    const result = projectCommit(before, listing, texts);
    failpoint("projection.commit.before");
    await store.commit(previous, projectionOf(before, commit, result));
    failpoint("projection.commit.after");
    cache = { head: commit.id, files: result.files };
    log.info({ commit: commit.id, changed: result.upserted.length, removed: result.removed.length }, "fleet commit projected");
  };

  const held = async (problem: Problem): Promise<FleetState> => {
    await store.setProblem(problem);
    return { kind: "held", problem };
  };

  const project = async (signal: AbortSignal): Promise<FleetState> => {
    const mirror = await git.open(fleet, signal);
    const head = await mirror.resolve(`refs/heads/${fleet.branch}`, signal);
    if (head === undefined) return held(branchMissing(fleet));
    let previous = await store.head();
    if (previous !== undefined && previous !== head && !(await mirror.isAncestor(previous, head, signal)))
      return held(historyRewritten(fleet, previous, head));
    while (previous !== head) {
      for (const commit of await nextCommits(mirror, previous, head, signal)) {
        await projectOne(mirror, previous, commit, signal);
        previous = commit.id;
      }
      await mirror.pin(head, signal);
    }
    await store.setProblem(undefined);
    return { kind: "projected", head };
  };

  return {
    project,
    async fetchAndProject(signal) {
      try {
        await (await git.open(fleet, signal)).fetch(signal);
        return await project(signal);
      } catch (error) {
        const problem = repositoryProblem(error);
        if (problem !== undefined) await store.setProblem(problem);
        throw error;
      }
    },
  };
}

/** Of a fleet seen for the first time only the present counts. */
async function nextCommits(mirror: Mirror, from: string | undefined, to: string, signal: AbortSignal): Promise<readonly GitCommit[]> {
  const commits = from === undefined ? [await mirror.commit(to, signal)] : await mirror.firstParents(from, to, commitsAtOnce, signal);
  const known = commits.filter((commit) => commit !== undefined);
  if (known.length === 0)
    throw new DroverError("internal", "FLEET_COMMIT_MISSING", `project ${to}: the mirror of the fleet repository lacks it`);
  return known;
}

/** What a person has to know of; the rest passes, or is ours to repair. */
function repositoryProblem(error: unknown): Problem | undefined {
  const { kind, code, message } = toDroverError(error);
  const isOfRepository = ["invalid", "forbidden", "unavailable", "not-found"].includes(kind) && !code.startsWith("DATABASE_");
  return isOfRepository ? { code, message } : undefined;
}

const branchMissing = ({ repository, branch }: FleetRepository): Problem => ({
  code: "FLEET_BRANCH_MISSING",
  message: `project the fleet: ${repository} has no branch "${branch}"; push it, or correct DROVER_FLEET_REF`,
});

const historyRewritten = ({ branch }: FleetRepository, projected: string, head: string): Problem => ({
  code: "FLEET_HISTORY_REWRITTEN",
  message: `project the fleet: "${branch}" moved to ${head}, which does not contain ${projected}; what was projected stays in force. Push a branch that contains it`,
  details: { projected, head },
});
