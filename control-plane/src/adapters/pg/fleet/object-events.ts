import type { FleetForms, FleetKind } from "@drover/proto/fleet";
import type { FleetChange, ProjectedCommit, ProjectedFile } from "../../../domain/fleet/project-commit.ts";
import type { NewEvent } from "../history/event-log.ts";

/**
 * One for each object of the fleet repository that a commit changed, so that whoever watches a list knows what to read anew. Created is what
 * was not in force before, because there was no file or no good one.
 */
export function objectEvents({ upserted, removed, changes }: Omit<ProjectedCommit, "files">): readonly NewEvent[] {
  const created = new Set(changes.filter(({ before }) => before === undefined).map(keyOf));
  return [
    ...upserted.map((file) => objectEvent(file, created.has(keyOf(file)) ? "Created" : "Updated")),
    ...removed.map((file) => objectEvent(file, "Removed")),
    ...changes.flatMap(liftedEvents),
  ];
}

/** A quarantine's file holds all of an application's: what is not in it any more has to be named. */
function liftedEvents({ kind, name: application, before, after }: FleetChange): readonly NewEvent[] {
  if (kind !== "Quarantine") return [];
  const left = new Set(revisionsOf(after));
  return revisionsOf(before)
    .filter((revision) => !left.has(revision))
    .map((revision) => ({
      kind: "QuarantineLifted",
      subject: `applications/${application}`,
      body: { application, revision, kind: "Revision" },
    }));
}

const revisionsOf = (form: FleetChange["before"]): readonly string[] =>
  form === undefined ? [] : (form as FleetForms["Quarantine"]).revisions.map(({ revision }) => revision);

const keyOf = ({ kind, name }: Pick<ProjectedFile, "kind" | "name">): string => `${kind} ${name}`;

const objectEvent = (file: ProjectedFile, change: "Created" | "Updated" | "Removed"): NewEvent => ({
  kind: "FleetObjectChanged",
  subject: subjectOf(file),
  body: { kind: file.kind, name: file.name, path: file.path, change },
});

const collections: Partial<Record<FleetKind, string>> = {
  Application: "applications",
  Environment: "environments",
  Project: "projects",
  Strategy: "strategies",
  Quarantine: "quarantines",
  ApplicationRemoval: "removals",
  ClusterRemoval: "removals",
  Freeze: "freezes",
  Notification: "notifications",
};

/** As the API names the object. A cluster's is its id, which stays when the file takes another name. */
function subjectOf({ kind, name, form }: ProjectedFile): string {
  if (kind === "Cluster") return form !== undefined && "id" in form ? `clusters/${String(form.id)}` : `fleet-files/${name}`;
  if (kind === "Pin") {
    const [environment, application] = name.split("/");
    return `environments/${environment}/applications/${application}`;
  }
  return `${collections[kind] ?? kind.toLowerCase()}/${name}`;
}
