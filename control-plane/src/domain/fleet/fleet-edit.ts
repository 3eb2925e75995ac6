import { DroverError } from "@drover/kit";
import {
  type Cluster,
  fleetPathOf,
  newClusterFile,
  parseFleetFile,
  type Pin,
  type PinPromotion,
  removePinRevision,
  setClusterLabels,
  setPinAutomatic,
  setPinException,
  setPinRevision,
} from "@drover/proto/fleet";
import type { RemovalEdit } from "./removal-edit.ts";

/** What an intent changes in the fleet repository: something in one file, or whole files. */
export type FleetEdit = FileEdit | RemovalEdit;

export const isRemovalEdit = (edit: FleetEdit): edit is RemovalEdit =>
  edit.kind === "remove-application" || edit.kind === "remove-cluster" || edit.kind === "end-removal";

/** `before` is the pin as the requester saw it, when that must still hold. */
export type FileEdit =
  | {
      readonly kind: "set-pin";
      readonly application: string;
      readonly environment: string;
      readonly revision: string;
      readonly reason: string;
      readonly previousRevision: string | null;
      readonly before?: { readonly revision: string | null };
      /** A person's when absent. */
      readonly promotion?: PinPromotion;
    }
  | {
      /** Lets auto-promotion move a pin that a person wrote. */
      readonly kind: "release-pin";
      readonly application: string;
      readonly environment: string;
    }
  | {
      readonly kind: "remove-pin";
      readonly application: string;
      readonly environment: string;
      readonly revision: string;
      readonly previousRevision: string | null;
      readonly before?: { readonly revision: string | null };
    }
  | {
      readonly kind: "set-exception";
      readonly application: string;
      readonly environment: string;
      readonly cluster: string;
      readonly revision: string;
      readonly reason: string;
      readonly previousRevision: string | null;
    }
  | { readonly kind: "add-cluster"; readonly cluster: string; readonly file: Cluster }
  | { readonly kind: "set-labels"; readonly cluster: string; readonly labels: Readonly<Record<string, string>> };

/** The file that an edit changes; `undefined` as its new text removes it. */
export interface EditedFile {
  readonly path: string;
  readonly text: string | undefined;
}

/** Where people put an object's file; its usual place when it has none. */
export function pathOfEdit(edit: FileEdit, pathOf: (kind: "Pin" | "Cluster", name: string) => string | undefined): string {
  const [kind, name] =
    "environment" in edit ? (["Pin", `${edit.environment}/${edit.application}`] as const) : (["Cluster", edit.cluster] as const);
  return pathOf(kind, name) ?? fleetPathOf(kind, name);
}

/**
 * The file after the edit; the same text when there is nothing to change. Throws when the edit does not apply to the file as it is now:
 * `stale` REVISION_CHANGED, `exists` CLUSTER_EXISTS, `not-found` CLUSTER_NOT_FOUND, `wrong-state` FLEET_FILE_BROKEN, `invalid` FLEET_EDIT_INVALID.
 */
export function applyFleetEdit(edit: FileEdit, path: string, text: string | undefined): EditedFile {
  const form = text === undefined ? undefined : readable(path, text);
  const edited = editedText(edit, text, form);
  const parsed = edited === undefined ? undefined : parseFleetFile(path, edited);
  if (parsed?.kind === "invalid")
    throw new DroverError("invalid", "FLEET_EDIT_INVALID", `edit ${path}: ${parsed.problems[0]?.message ?? "the result is no fleet file"}`);
  return { path, text: edited };
}

function editedText(edit: FileEdit, text: string | undefined, form: unknown): string | undefined {
  switch (edit.kind) {
    case "set-pin":
      checkBefore(edit, form as Pin | undefined);
      return samePin(form as Pin | undefined, edit.revision)
        ? text
        : setPinRevision(text, { revision: edit.revision, reason: edit.reason }, edit.promotion);
    case "release-pin":
      // A pin that is not there holds nothing.
      return text === undefined || (form as Pin).revision === undefined ? text : setPinAutomatic(text);
    case "remove-pin":
      checkBefore(edit, form as Pin | undefined);
      return text === undefined ? undefined : removePinRevision(text);
    case "set-exception":
      return setPinException(text, edit.cluster, { revision: edit.revision, reason: edit.reason });
    case "add-cluster":
      if (text !== undefined) throw clusterExists(edit.cluster);
      return newClusterFile(edit.file);
    case "set-labels":
      if (text === undefined)
        throw new DroverError("not-found", "CLUSTER_NOT_FOUND", `relabel cluster ${edit.cluster}: the fleet repository has no file for it`);
      return setClusterLabels(text, edit.labels, (form as Cluster).labels);
  }
}

export const clusterExists = (cluster: string): DroverError =>
  new DroverError("exists", "CLUSTER_EXISTS", `add cluster ${cluster}: there is one with that name; choose another`);

const samePin = (pin: Pin | undefined, revision: string): boolean => pin?.revision === revision;

function checkBefore(edit: Extract<FileEdit, { kind: "set-pin" | "remove-pin" }>, pin: Pin | undefined): void {
  const current = pin?.revision ?? null;
  if (edit.before !== undefined && edit.before.revision !== current) throw revisionChanged(edit.application, edit.environment, current);
}

export const revisionChanged = (application: string, environment: string, current: string | null): DroverError =>
  new DroverError(
    "stale",
    "REVISION_CHANGED",
    `move ${application} in ${environment}: it is at ${current ?? "no revision"} by now, not at expectedRevision; look again and repeat`,
    { details: { current } },
  );

/** The file's form. Editing a broken file would hide what its author has to repair. */
function readable(path: string, text: string): unknown {
  const parsed = parseFleetFile(path, text);
  if (parsed.kind === "object") return parsed.object.form;
  const why = parsed.kind === "invalid" ? parsed.problems[0]?.message : "it is no fleet file";
  throw new DroverError("wrong-state", "FLEET_FILE_BROKEN", `edit ${path}: the file is broken (${why ?? ""}); repair it in git first`);
}
