import { DroverError } from "@drover/kit";
import { type Cluster, newFleetFile, parseFleetFile, replaceForm } from "@drover/proto/fleet";
import type { EditedKind } from "@drover/proto/rest";

/** Versions of which one must be the object's, or whichever there is. */
export type IfMatch = "*" | readonly number[];

/** What people make of a fleet object through the API: a whole new spec, or none. */
export type ObjectEdit = CreateObject | ReplaceObject | DeleteObject;

/** What a file is to say, as JSON text: an edit is stored before it is written, and the order of its members is the file's. */
type SpecText = string;

interface CreateObject {
  readonly kind: "create-object";
  readonly of: EditedKind;
  readonly name: string;
  readonly spec: SpecText;
}
interface ReplaceObject {
  readonly kind: "replace-object";
  readonly of: EditedKind;
  readonly name: string;
  readonly spec: SpecText;
  readonly ifMatch: IfMatch;
}
interface DeleteObject {
  readonly kind: "delete-object";
  readonly of: EditedKind;
  readonly name: string;
  readonly ifMatch: IfMatch;
}

export const isObjectEdit = (edit: { readonly kind: string }): edit is ObjectEdit =>
  edit.kind === "create-object" || edit.kind === "replace-object" || edit.kind === "delete-object";

/**
 * The text of the file after the edit, `undefined` when it goes. Throws `exists` FLEET_OBJECT_EXISTS, `not-found` …_NOT_FOUND, `invalid`
 * CLUSTER_ID_FIXED, `wrong-state` FLEET_FILE_NOT_EDITABLE.
 */
export function applyObjectEdit(edit: ObjectEdit, path: string, text: string | undefined): string | undefined {
  switch (edit.kind) {
    case "create-object":
      if (text !== undefined) throw objectExists(edit, path);
      return newFleetFile(specOf(edit));
    case "replace-object":
      if (text === undefined) throw objectMissing(edit);
      return replaceForm(text, edit.of === "Cluster" ? clusterForm(edit, path, text) : specOf(edit));
    case "delete-object":
      if (text === undefined) throw objectMissing(edit);
      return undefined;
  }
}

/** Throws `stale` FLEET_OBJECT_CHANGED when the object is at none of the versions that the edit is meant for. */
export function checkVersion(edit: ObjectEdit, version: number | undefined): void {
  if (edit.kind === "create-object" || edit.ifMatch === "*") return;
  if (version !== undefined && edit.ifMatch.includes(version)) return;
  const now = version === undefined ? "being changed by somebody else right now" : `at version ${version} by now`;
  throw new DroverError(
    "stale",
    "FLEET_OBJECT_CHANGED",
    `${operationOf(edit)}: it is ${now}, not at the one in If-Match; read it again and repeat`,
    {
      details: version === undefined ? {} : { version },
    },
  );
}

/** An id belongs to the cluster for good: another one would be another cluster. */
function clusterForm(edit: ReplaceObject, path: string, text: string): object {
  const parsed = parseFleetFile(path, text);
  const id = parsed.kind === "object" ? (parsed.object.form as Cluster).id : undefined;
  const spec = specOf(edit) as Partial<Cluster>;
  if (spec.id !== undefined && id !== undefined && spec.id !== id)
    throw new DroverError(
      "invalid",
      "CLUSTER_ID_FIXED",
      `${operationOf(edit)}: its id is ${id} and stays; leave id out, or register another cluster`,
    );
  return id === undefined ? spec : { ...spec, id };
}

export const specOf = ({ spec }: CreateObject | ReplaceObject): object => JSON.parse(spec) as object;

const wordOf = ({ of }: Pick<ObjectEdit, "of">): string => of.toLowerCase();
const verbs = { "create-object": "add", "replace-object": "change", "delete-object": "delete" } as const satisfies Record<
  ObjectEdit["kind"],
  string
>;

export const operationOf = (edit: ObjectEdit): string => `${verbs[edit.kind]} ${wordOf(edit)} ${edit.name}`;

export const objectExists = (edit: ObjectEdit, path: string): DroverError =>
  new DroverError("exists", "FLEET_OBJECT_EXISTS", `${operationOf(edit)}: ${path} is there already; change it, or choose another name`);

export const notFoundCodes = {
  Application: "APPLICATION_NOT_FOUND",
  Environment: "ENVIRONMENT_NOT_FOUND",
  Strategy: "STRATEGY_NOT_FOUND",
  Project: "PROJECT_NOT_FOUND",
  Freeze: "FREEZE_NOT_FOUND",
  Notification: "NOTIFICATION_NOT_FOUND",
  Cluster: "CLUSTER_NOT_FOUND",
  Fleet: "FLEET_NOT_FOUND",
} as const satisfies Record<EditedKind, string>;

export const objectMissing = (edit: ObjectEdit): DroverError =>
  new DroverError(
    "not-found",
    notFoundCodes[edit.of],
    `${operationOf(edit)}: the fleet repository has no file for it; correct the name, or add it`,
  );
