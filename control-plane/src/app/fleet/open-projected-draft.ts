import { DroverError } from "@drover/kit";
import type { Git, Mirror } from "../source/git.ts";
import { type FleetDraft, openDraft } from "./draft-fleet.ts";
import type { FleetRepository } from "./project-fleet.ts";
import type { ProjectionStore } from "./projection-store.ts";

export interface ProjectedDraftDeps {
  readonly git: Git;
  readonly projection: Pick<ProjectionStore, "head" | "files" | "version">;
  readonly repository: FleetRepository;
}

/** The fleet as it is projected now. The git host is asked only when another replica fetched what is projected. */
export async function openProjectedDraft(
  { git, projection, repository }: ProjectedDraftDeps,
  signal: AbortSignal,
): Promise<{ readonly head: string; readonly draft: FleetDraft }> {
  const head = await projection.head();
  if (head === undefined) throw notProjected(repository);
  const mirror = await git.open(repository, signal);
  if (!(await isThere(mirror, head, signal))) await mirror.fetch(signal);
  return { head, draft: await openDraft(mirror, head, projection, signal) };
}

const isThere = async (mirror: Mirror, commit: string, signal: AbortSignal): Promise<boolean> =>
  (await mirror.commit(commit, signal)) !== undefined;

const notProjected = ({ repository }: FleetRepository): DroverError =>
  new DroverError(
    "unavailable",
    "FLEET_REPOSITORY_UNAVAILABLE",
    `edit the fleet: nothing of ${repository} is projected yet; look at \`/v1/fleet/problems\` and try again`,
  );
