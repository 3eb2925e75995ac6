import type { ObjectEdit } from "../../domain/fleet/object-edit.ts";
import { type DraftedEdit, draftObjectEdit } from "./draft-object-edit.ts";
import { openProjectedDraft, type ProjectedDraftDeps } from "./open-projected-draft.ts";

export type PreviewObjectEdit = (edit: ObjectEdit, signal: AbortSignal) => Promise<DraftedEdit>;

/** What an edit would make of the fleet as it is projected now. */
export const createPreviewObjectEdit =
  (deps: ProjectedDraftDeps): PreviewObjectEdit =>
  async (edit, signal) =>
    draftObjectEdit((await openProjectedDraft(deps, signal)).draft, edit);
