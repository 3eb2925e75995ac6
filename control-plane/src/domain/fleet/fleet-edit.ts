import { DroverError } from "@drover/kit";
import {
  type Cluster,
  fleetPathOf,
  newClusterFile,
  parseFleetFile,
  type Pin,
  type PinPromotion,
  quarantineRevision,
  releaseRevision,
  removePinException,
  removePinRevision,
  setClusterLabels,
  setPinAutomatic,
  setPinException,
  setPinRevision,
  type Quarantine,
} from "@drover/proto/fleet";
import { isSameRevision } from "../placement/quarantine.ts";
import type { ObjectEdit } from "./object-edit.ts";
import type { RemovalEdit } from "./removal-edit.ts";

/** What an intent changes in the fleet repository: something in one file or in several, or whole files. */
export type FleetEdit = FileEdit | EditsTogether | RemovalEdit | ObjectEdit;

/** Edits that are one commit: all of them or none. */
export interface EditsTogether {
  readonly kind: "together";
  /** The place that the intent is shown under: the first of those whose pins move. */
  readonly application: string;
  readonly environment: string;
  readonly revision: string;
  readonly edits: readonly FileEdit[];
}

export const isRemovalEdit = (edit: FleetEdit): edit is RemovalEdit =>
  edit.kind === "remove-application" || edit.kind === "remove-cluster" || edit.kind === "end-removal";

/** `before` is the pin as the requester saw it, when that must still hold; `ifMoved: "leave"` gives way to whoever moved it since. */
export type FileEdit =
  | {
      readonly kind: "set-pin";
      readonly application: string;
      readonly environment: string;
      readonly revision: string;
      readonly reason: string;
      readonly previousRevision: string | null;
      readonly before?: { readonly revision: string | null };
      readonly ifMoved?: "leave";
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
      readonly before?: { readonly revision: string | null };
      readonly ifMoved?: "leave";
    }
  | {
      /** The cluster follows its environment again. */
      readonly kind: "remove-exception";
      readonly application: string;
      readonly environment: string;
      readonly cluster: string;
      readonly before: { readonly revision: string };
      readonly ifMoved: "leave";
    }
  | { readonly kind: "quarantine"; readonly application: string; readonly revision: string; readonly reason: string }
  | { readonly kind: "lift-quarantine"; readonly application: string; readonly revision: string }
  | { readonly kind: "add-cluster"; readonly cluster: string; readonly file: Cluster }
  | { readonly kind: "set-labels"; readonly cluster: string; readonly labels: Readonly<Record<string, string>> };

/** The file that an edit changes; `undefined` as its new text removes it. */
export interface EditedFile {
  readonly path: string;
  readonly text: string | undefined;
}

/** Where people put an object's file; its usual place when it has none. */
export function pathOfEdit(edit: FileEdit, pathOf: (kind: EditedKind, name: string) => string | undefined): string {
  const [kind, name] = editedObject(edit);
  return pathOf(kind, name) ?? fleetPathOf(kind, name);
}

type EditedKind = "Pin" | "Cluster" | "Quarantine";

function editedObject(edit: FileEdit): readonly [EditedKind, string] {
  if ("environment" in edit) return ["Pin", `${edit.environment}/${edit.application}`];
  return "application" in edit ? ["Quarantine", edit.application] : ["Cluster", edit.cluster];
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
      if (isLeft(edit, form as Pin | undefined)) return text;
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
      if (isLeft(edit, form as Pin | undefined)) return text;
      return setPinException(text, edit.cluster, { revision: edit.revision, reason: edit.reason });
    case "remove-exception":
      return text === undefined || isLeft(edit, form as Pin | undefined) ? text : removePinException(text, edit.cluster);
    case "quarantine":
      return isListed(form as Quarantine | undefined, edit.revision) ? text : quarantineRevision(text, edit.revision, edit.reason);
    case "lift-quarantine":
      return text === undefined ? undefined : releaseRevision(text, (revision) => isSameRevision(edit.revision, revision));
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

/** Whether somebody moved the pin, or the exception, since it was looked at, and is to have it so. */
function isLeft(edit: Extract<FileEdit, { kind: "set-pin" | "set-exception" | "remove-exception" }>, pin: Pin | undefined): boolean {
  if (edit.ifMoved !== "leave" || edit.before === undefined) return false;
  const now = edit.kind === "set-pin" ? pin?.revision : pin?.clusters?.[edit.cluster]?.revision;
  return (now ?? null) !== edit.before.revision;
}

const isListed = (quarantine: Quarantine | undefined, revision: string): boolean =>
  quarantine?.revisions.some((entry) => entry.revision === revision) === true;

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
