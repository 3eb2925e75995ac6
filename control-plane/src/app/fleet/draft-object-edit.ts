import { type FleetProblem, fleetPathOf } from "@drover/proto/fleet";
import { problemsOfEdit } from "../../domain/fleet/judge-object-edit.ts";
import { applyObjectEdit, checkVersion, type ObjectEdit } from "../../domain/fleet/object-edit.ts";
import type { FleetDraft } from "./draft-fleet.ts";

/** One file as an edit finds and leaves it; `undefined` is a file that is not there. */
export interface DraftedEdit {
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
  /** Its own file's, and those that it would bring about elsewhere. None when it changes nothing. */
  readonly problems: readonly FleetProblem[];
}

/** Throws what `applyObjectEdit` and `checkVersion` throw; problems are for the caller to judge. */
export async function draftObjectEdit(draft: FleetDraft, edit: ObjectEdit): Promise<DraftedEdit> {
  const path = draft.pathOf(edit.of, edit.name) ?? fleetPathOf(edit.of, edit.name);
  const before = await draft.textOf(path);
  const after = applyObjectEdit(edit, path, before);
  checkVersion(edit, await draft.versionOf(edit.of, edit.name, path));
  return { path, before, after, problems: after === before ? [] : problemsOfEdit(await draft.around(), path, after) };
}
