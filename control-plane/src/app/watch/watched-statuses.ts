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
  "PlacementChanged",
];

export const watchedStatuses = (reads: Pick<StatusReads, "statuses">, asked: ListRequest): Watched<ApplicationStatus> => ({
  events: { kinds, subject: undefined },
  subjectsOf,
  keyOf: ({ clusterId, application }) => `${clusterId}/${application}`,
  nameOf: ({ cluster, application }) => `${cluster}/${application}`,
  nameIn: ({ body }) => (typeof body["name"] === "string" ? `${body["name"]}/${String(body["application"])}` : undefined),
  ...byOneOrTheOther(
    narrowedList(reads.statuses, asked, ofClusters),
    narrowedList(reads.statuses, asked, (subjects) => ({ application: subjects.map((subject) => subject.slice(everywhere.length)) })),
  ),
});

const everywhere = "+/";

/** What becomes of a cluster shows in all its statuses; what keeps an application from a place, in the statuses of all its clusters. */
function subjectsOf({ kind, subject, body }: Event): readonly string[] {
  if (kind === "PlacementChanged") return "problem" in body ? [`${everywhere}${String(body["application"])}`] : [];
  const cluster = subject.startsWith("clusters/") ? subject.slice("clusters/".length) : body["clusterId"];
  if (typeof cluster !== "string") return [];
  return [typeof body["application"] === "string" ? `${cluster}/${body["application"]}` : `${cluster}/`];
}

function ofClusters(subjects: readonly string[]): NonNullable<ListRequest["only"]> {
  const parts = subjects.map((subject) => subject.split("/", 2));
  const clusterId = [...new Set(parts.map(([cluster = ""]) => cluster))];
  const application = [...new Set(parts.map(([, named = ""]) => named))];
  return application.includes("") ? { clusterId } : { clusterId, application };
}

type Narrowed = Pick<Watched<ApplicationStatus>, "list" | "matching" | "existing">;

/** Statuses of some clusters and those of some applications have no narrower list in common. */
function byOneOrTheOther(ofCluster: Narrowed, ofApplication: Narrowed): Narrowed {
  const both = (read: "matching" | "existing") => async (subjects: readonly string[]) => {
    const { cluster = [], application = [] } = Object.groupBy(subjects, (subject) =>
      subject.startsWith(everywhere) ? "application" : "cluster",
    );
    return [
      ...(cluster.length === 0 ? [] : await ofCluster[read](cluster)),
      ...(application.length === 0 ? [] : await ofApplication[read](application)),
    ];
  };
  return { list: ofCluster.list, matching: both("matching"), existing: both("existing") };
}
