import type { ApplicationStatus, Event } from "@drover/proto/rest";
import type { ListRequest } from "../page.ts";
import type { StatusReads } from "../read-models.ts";
import { narrowedList } from "./narrowed-list.ts";
import type { Watched } from "./watch-resource.ts";

const kinds = [
  "StatusChanged",
  "StatusUpdated",
  "ClusterStateChanged",
  "ClusterEnrolled",
  "ClusterJoined",
  "ClusterRevoked",
  "AssignmentChanged",
  "TargetChanged",
  "FleetObjectChanged",
];

export const watchedStatuses = (reads: Pick<StatusReads, "statuses">, asked: ListRequest): Watched<ApplicationStatus> => ({
  events: { kinds, subject: undefined },
  subjectsOf,
  keyOf: ({ clusterId, application }) => `${clusterId}/${application}`,
  nameOf: ({ cluster, application }) => `${cluster}/${application}`,
  nameIn: ({ body }) => (typeof body["name"] === "string" ? `${body["name"]}/${String(body["application"])}` : undefined),
  ...narrowedList(reads.statuses, asked, onlyOf),
});

/** What becomes of a cluster shows in all its statuses. */
function subjectsOf({ subject, body }: Event): readonly string[] {
  const cluster = subject.startsWith("clusters/") ? subject.slice("clusters/".length) : body["clusterId"];
  if (typeof cluster !== "string") return [];
  return [typeof body["application"] === "string" ? `${cluster}/${body["application"]}` : `${cluster}/`];
}

function onlyOf(subjects: readonly string[]): NonNullable<ListRequest["only"]> {
  const parts = subjects.map((subject) => subject.split("/", 2));
  const clusterId = [...new Set(parts.map(([cluster = ""]) => cluster))];
  const application = [...new Set(parts.map(([, named = ""]) => named))];
  return application.includes("") ? { clusterId } : { clusterId, application };
}
