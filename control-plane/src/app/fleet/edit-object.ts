import { canonicalJson, DroverError } from "@drover/kit";
import type { FleetEdit } from "@drover/proto/rest";
import { checkVersion, objectExists, type ObjectEdit, operationOf, specOf } from "../../domain/fleet/object-edit.ts";
import { unifiedDiff } from "../../domain/fleet/unified-diff.ts";
import type { Caller } from "../access/caller.ts";
import type { DraftedEdit } from "./draft-object-edit.ts";
import type { FleetStore, StoredObject } from "./fleet-store.ts";
import type { EditedKind } from "@drover/proto/rest";
import type { PreviewObjectEdit } from "./preview-object-edit.ts";
import { newIntent, submitIntent, type SubmitIntentDeps } from "./submit-intent.ts";

export interface EditObjectDeps extends SubmitIntentDeps {
  readonly fleet: Pick<FleetStore, "get">;
  readonly preview: PreviewObjectEdit;
  readonly newId: () => string;
}

export interface EditRequest {
  readonly edit: ObjectEdit;
  readonly reason: string;
  readonly mode: "commit" | "validateOnly";
}

export type EditObject = (caller: Caller, request: EditRequest, signal: AbortSignal) => Promise<FleetEdit>;

/**
 * Makes a commit of what somebody wants a fleet object to be. What can be told from the projection is refused before anything is recorded;
 * the writer judges again, on the branch as it is when its turn comes.
 */
export const createEditObject =
  (deps: EditObjectDeps): EditObject =>
  async (caller, { edit, reason, mode }, signal) => {
    refuseRemovable(edit);
    const known = await deps.fleet.get(edit.of, edit.name);
    if (known !== undefined) {
      if (edit.kind === "create-object") throw objectExists(edit, known.path);
      checkVersion(edit, known.version);
    }
    const about = { kind: edit.of, name: edit.name } as const;
    if (mode === "validateOnly") return { ...about, ...previewed(edit, await deps.preview(edit, signal)) };
    if (known !== undefined && isAlready(edit, known)) return { ...about, result: "Unchanged", version: known.version };

    const intent = newIntent(deps.newId(), caller, { kind: "FileEdit", subject: `${edit.of.toLowerCase()}/${edit.name}`, reason, edit });
    const { commit } = await submitIntent(deps, intent, caller, signal);
    const now = edit.kind === "delete-object" ? undefined : await deps.fleet.get(edit.of, edit.name);
    return {
      ...about,
      result: results[edit.kind],
      ...(commit === undefined ? {} : { commit }),
      // Another's edit may have come already; its version is not for this caller to build upon.
      ...(now !== undefined && now.commit === commit ? { version: now.version } : {}),
    };
  };

const results = { "create-object": "Created", "replace-object": "Changed", "delete-object": "Deleted" } as const;

function refuseRemovable(edit: ObjectEdit): void {
  if (edit.kind !== "delete-object" || (edit.of !== "Application" && edit.of !== "Cluster")) return;
  const word = edit.of.toLowerCase();
  const fate = edit.of === "Application" ? " --orphan (or --delete)" : "";
  throw new DroverError(
    "wrong-state",
    "REMOVE_INSTEAD",
    `${operationOf(edit)}: ${word}s are removed, so that agents let go of what runs; use POST /v1/${word}s/${edit.name}/remove or \`drover ${word} remove ${edit.name}${fate} -m REASON\``,
  );
}

function isAlready(edit: ObjectEdit, known: StoredObject<EditedKind>): boolean {
  if (edit.kind !== "replace-object" || known.problem !== undefined) return false;
  const spec = edit.of === "Cluster" ? { id: (known as StoredObject<"Cluster">).form.id, ...specOf(edit) } : specOf(edit);
  return canonicalJson(spec) === canonicalJson(known.form);
}

function previewed(edit: ObjectEdit, { path, before, after, problems }: DraftedEdit): Pick<FleetEdit, "result" | "preview"> {
  const files = before === after ? [] : [{ path, diff: unifiedDiff(path, before, after) }];
  const isRefused = problems.some(({ severity }) => severity === "error");
  return {
    result: isRefused ? "Refused" : before === after ? "Unchanged" : results[edit.kind],
    preview: { files, problems: [...problems] },
  };
}
