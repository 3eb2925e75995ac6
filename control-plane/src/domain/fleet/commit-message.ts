import { shortRevision } from "@drover/kit";
import type { FileEdit, FleetEdit } from "./fleet-edit.ts";
import { operationOf } from "./object-edit.ts";
import { formatMessage } from "./trailers.ts";

/** Who asked for what, in the words of the commit that carries it out. */
export interface CommitRequest {
  readonly id: string;
  readonly actor: string;
  readonly reason: string;
  readonly kind: "Promotion" | "Rollback" | "ClusterAdded" | "FileEdit" | "Removal" | "RemovalDone";
  readonly edit: FleetEdit;
}

export function fleetCommitMessage({ id, actor, reason, kind, edit }: CommitRequest): string {
  const trailers = {
    "Drover-Request": id,
    "Drover-Actor": actor,
    ...(kind === "Rollback" ? { "Drover-Kind": kind } : {}),
    ...(reason === "" ? {} : { "Drover-Reason": reason }),
  };
  const body = [reason, ...(edit.kind === "together" ? edit.edits.map((one) => subject(kind, one)) : [])].join("\n");
  return formatMessage(subject(kind, edit), body, trailers);
}

function subject(kind: CommitRequest["kind"], edit: FleetEdit): string {
  const verb = kind === "Rollback" ? "roll back" : "promote";
  switch (edit.kind) {
    case "set-pin":
      return kind === "Rollback"
        ? `${verb} ${edit.application} in ${edit.environment} to ${shortRevision(edit.revision)}${from(edit.previousRevision)}`
        : `${verb} ${edit.application} to ${edit.environment}: ${shortRevision(edit.revision)}${from(edit.previousRevision)}`;
    case "release-pin":
      return `let auto-promotion move ${edit.application} in ${edit.environment} again`;
    case "remove-pin":
      return `let ${edit.application} in ${edit.environment} follow its source again${from(edit.previousRevision)}`;
    case "set-exception":
      return `${verb} ${edit.application} on ${edit.cluster} in ${edit.environment} to ${shortRevision(edit.revision)}${from(edit.previousRevision)}`;
    case "remove-exception":
      return `let ${edit.cluster} follow ${edit.environment} with ${edit.application} again`;
    case "quarantine":
      return `quarantine ${shortRevision(edit.revision)} of ${edit.application}`;
    case "lift-quarantine":
      return `lift the quarantine of ${shortRevision(edit.revision)} of ${edit.application}`;
    case "together":
      return summary(kind, edit.edits);
    case "add-cluster":
      return `add cluster ${edit.cluster}`;
    case "set-labels":
      return `label cluster ${edit.cluster}`;
    case "remove-application":
      return `remove ${edit.application} ${edit.whole ? "everywhere" : `from ${edit.environments.join(", ")}`}, ${fates[edit.deletionPolicy]}`;
    case "remove-cluster":
      return `remove cluster ${edit.cluster}, ${fates[edit.deletionPolicy]}`;
    case "create-object":
    case "replace-object":
    case "delete-object":
      return operationOf(edit);
    case "end-removal":
      return `${edit.name} is removed`;
  }
}

/** One edit speaks for itself; of several, the first says what is done and how much more there is. */
function summary(kind: CommitRequest["kind"], edits: readonly FileEdit[]): string {
  const [first, ...more] = edits;
  if (first === undefined) return "";
  return `${subject(kind, first)}${more.length === 0 ? "" : `, and ${more.length} more`}`;
}

const fates = { Delete: "deleting its objects", Orphan: "leaving its objects" } as const;

const from = (revision: string | null): string => (revision === null ? "" : ` (from ${shortRevision(revision)})`);
