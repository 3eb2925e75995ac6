import type { Assignment, ClusterApplication, Event } from "@drover/proto/rest";
import type { ListRequest, Page } from "../page.ts";
import type { StatusReads } from "../read-models.ts";
import { narrowedList } from "./narrowed-list.ts";
import type { Watched } from "./watch-resource.ts";

const assigning = ["TargetChanged", "ClusterJoined", "AssignmentChanged", "StatusChanged", "EpochRaised", "FleetObjectChanged"];

/** By application first: what renames the releases of a place speaks of all its clusters at once. */
export const watchedAssignments = (reads: Pick<StatusReads, "assignments">, asked: ListRequest): Watched<Assignment> => ({
  events: { kinds: assigning, subject: undefined },
  subjectsOf: assignmentsOf,
  keyOf: ({ clusterId, application }) => `${application}/${clusterId}`,
  nameOf: ({ cluster, application }) => `${cluster}/${application}`,
  ...narrowedList(reads.assignments, asked, (subjects) => {
    const parts = subjects.map((subject) => subject.split("/", 2));
    const application = [...new Set(parts.map(([named = ""]) => named))];
    const clusterId = [...new Set(parts.map(([, id = ""]) => id))];
    return clusterId.includes("") ? { application } : { application, clusterId };
  }),
});

function assignmentsOf({ kind, subject, body }: Event): readonly string[] {
  const { application } = body;
  if (typeof application === "string") return [`${application}/${clusterOf(subject, body) ?? ""}`];
  // A cluster's file has its name and labels.
  return kind === "EpochRaised" || subject.startsWith("clusters/") ? ["/"] : [];
}

/** One cluster's: what it should run, and what its agent says of it. */
export const watchedClusterApplications = (
  list: (request: ListRequest) => Promise<Page<ClusterApplication>>,
  cluster: string,
  asked: ListRequest,
): Watched<ClusterApplication> => ({
  events: { kinds: [...assigning, "StatusUpdated", "ClusterStateChanged", "ClusterRevoked", "PlacementChanged"], subject: undefined },
  subjectsOf({ kind, subject, body }) {
    if (kind === "PlacementChanged" && !("problem" in body)) return [];
    const id = clusterOf(subject, body);
    if (id !== undefined && id !== cluster) return [];
    if (typeof body["application"] === "string") return [body["application"]];
    return id === undefined ? [] : ["/"];
  },
  keyOf: ({ application }) => application,
  nameOf: ({ application }) => application,
  ...narrowedList(list, asked, (applications) => ({ application: applications })),
});

function clusterOf(subject: string, body: Event["body"]): string | undefined {
  if (subject.startsWith("clusters/")) return subject.slice("clusters/".length);
  return typeof body["clusterId"] === "string" ? body["clusterId"] : undefined;
}
