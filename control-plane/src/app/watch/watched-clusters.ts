import type { Cluster, Event } from "@drover/proto/rest";
import type { ListRequest } from "../page.ts";
import type { ClusterReads } from "../read-models.ts";
import { textOf } from "./event-body.ts";
import { narrowedList } from "./narrowed-list.ts";
import type { Watched } from "./watch-resource.ts";

const kinds = [
  "ClusterEnrolled",
  "ClusterRevoked",
  "ClusterStateChanged",
  "ClusterChanged",
  "ClusterJoined",
  "StatusChanged",
  "StatusUpdated",
  "AssignmentChanged",
  "TargetChanged",
  "FleetObjectChanged",
];

export const watchedClusters = (reads: ClusterReads, asked: ListRequest): Watched<Cluster> => ({
  events: { kinds, subject: undefined },
  subjectsOf,
  keyOf: ({ id }) => id,
  nameOf: ({ name }) => name,
  nameIn: ({ body }) => textOf(body["name"])[0],
  // Every report renews it: that alone is no news.
  shapeOf: ({ lastSeenAt: _lastSeenAt, ...shape }) => shape,
  ...narrowedList(reads.list, asked, (ids) => ({ id: ids })),
});

function subjectsOf({ subject, body }: Event): readonly string[] {
  if (subject.startsWith("clusters/")) return [subject.slice("clusters/".length)];
  if (typeof body["clusterId"] === "string") return [body["clusterId"]];
  // Its selector says which clusters are in it, and their applications follow.
  return subject.startsWith("environments/") && body["kind"] === "Environment" ? ["/"] : [];
}
