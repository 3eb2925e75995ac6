import { toDroverError } from "@drover/kit";
import { fleetCommitMessage } from "../../domain/fleet/commit-message.ts";
import { applyFleetEdit, type FleetEdit, isRemovalEdit, pathOfEdit } from "../../domain/fleet/fleet-edit.ts";
import { refuseErrors } from "../../domain/fleet/judge-object-edit.ts";
import { isObjectEdit } from "../../domain/fleet/object-edit.ts";
import { filesOfRemoval } from "../../domain/fleet/removal-edit.ts";
import type { NewCommit } from "../source/git.ts";
import { draftObjectEdit } from "./draft-object-edit.ts";
import type { FleetDraft } from "./draft-fleet.ts";
import type { Intent, IntentError } from "./intent-store.ts";

interface DraftedCommits {
  readonly commits: readonly NewCommit[];
  readonly failed: readonly { readonly intent: Intent; readonly error: IntentError }[];
  readonly unchanged: readonly Intent[];
}

/** One commit for each intent, in order, each seeing what those before it did. */
export async function draftCommits(draft: FleetDraft, intents: readonly Intent[], author: string): Promise<DraftedCommits> {
  const commits: NewCommit[] = [];
  const failed: { intent: Intent; error: IntentError }[] = [];
  const unchanged: Intent[] = [];
  for (const intent of intents) {
    try {
      const changed = [];
      for (const [path, text] of await editedFiles(draft, intent.edit))
        if (text !== (await draft.textOf(path))) changed.push([path, text] as const);
      if (changed.length === 0) unchanged.push(intent);
      else commits.push({ message: fleetCommitMessage(intent), author, files: new Map(changed) });
      draft.keep(changed);
    } catch (error) {
      const { kind, code, message, details } = toDroverError(error);
      failed.push({ intent, error: { kind, code, message, details } });
    }
  }
  return { commits, failed, unchanged };
}

async function editedFiles(draft: FleetDraft, edit: FleetEdit): Promise<ReadonlyMap<string, string | undefined>> {
  if (isRemovalEdit(edit)) return filesOfRemoval(edit, draft.pathOf);
  if (isObjectEdit(edit)) {
    const { path, after, problems } = await draftObjectEdit(draft, edit);
    refuseErrors(edit, problems);
    return new Map([[path, after]]);
  }
  const edited = new Map<string, string | undefined>();
  for (const one of edit.kind === "together" ? edit.edits : [edit]) {
    const path = pathOfEdit(one, draft.pathOf);
    edited.set(path, applyFleetEdit(one, path, edited.has(path) ? edited.get(path) : await draft.textOf(path)).text);
  }
  return edited;
}
