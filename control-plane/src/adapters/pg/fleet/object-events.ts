import type { FleetKind } from "@drover/proto/fleet";
import type { ProjectedFile } from "../../../domain/fleet/project-commit.ts";
import type { NewEvent } from "../history/event-log.ts";

interface Changed {
  readonly upserted: readonly ProjectedFile[];
  readonly removed: readonly ProjectedFile[];
}

/** One for each object of the fleet repository that a commit changed, so that whoever watches a list knows what to read anew. */
export const objectEvents = ({ upserted, removed }: Changed): readonly NewEvent[] => [
  ...upserted.map((file) => objectEvent(file, "Updated")),
  ...removed.map((file) => objectEvent(file, "Removed")),
];

const objectEvent = (file: ProjectedFile, change: "Updated" | "Removed"): NewEvent => ({
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
