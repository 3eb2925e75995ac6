import { DroverError } from "@drover/kit";
import type { ObjectEdit } from "../../domain/fleet/object-edit.ts";
import type { Git, Mirror } from "../source/git.ts";
import { openDraft } from "./draft-fleet.ts";
import { type DraftedEdit, draftObjectEdit } from "./draft-object-edit.ts";
import type { FleetRepository } from "./project-fleet.ts";
import type { ProjectionStore } from "./projection-store.ts";

export interface PreviewObjectEditDeps {
  readonly git: Git;
  readonly projection: Pick<ProjectionStore, "head" | "files" | "version">;
  readonly repository: FleetRepository;
}

export type PreviewObjectEdit = (edit: ObjectEdit, signal: AbortSignal) => Promise<DraftedEdit>;

/** What an edit would make of the fleet as it is projected now. The git host is asked only when another replica fetched what is projected. */
export const createPreviewObjectEdit =
  ({ git, projection, repository }: PreviewObjectEditDeps): PreviewObjectEdit =>
  async (edit, signal) => {
    const head = await projection.head();
    if (head === undefined) throw notProjected(repository);
    const mirror = await git.open(repository, signal);
    if (!(await isThere(mirror, head, signal))) await mirror.fetch(signal);
    return draftObjectEdit(await openDraft(mirror, head, projection, signal), edit);
  };

const isThere = async (mirror: Mirror, commit: string, signal: AbortSignal): Promise<boolean> =>
  (await mirror.commit(commit, signal)) !== undefined;

const notProjected = ({ repository }: FleetRepository): DroverError =>
  new DroverError(
    "unavailable",
    "FLEET_REPOSITORY_UNAVAILABLE",
    `edit the fleet: nothing of ${repository} is projected yet; look at \`/v1/fleet/problems\` and try again`,
  );
