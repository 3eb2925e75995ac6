import { type ClusterId, DroverError } from "@drover/kit";
import { assignmentFields, type ClusterApplication, clusterApplicationFields, statusFields } from "@drover/proto/rest";
import { type ListRequest, type Page, unfiltered } from "../../../app/page.ts";
import type { StatusReads } from "../../../app/read-models.ts";
import { clusterState, isConnected, isState, shownHealth } from "../cluster/cluster-state-sql.ts";
import type { Db } from "../database.ts";
import { type List, listPage, spelled } from "../list.ts";
import {
  type AssignmentRow,
  type MaybeStatusRow,
  assignmentColumns,
  assignmentStates,
  isHeldBack,
  mayBeHeldBack,
  shownAssignment,
  shownStatus,
  statusColumns,
} from "./status-rows.ts";

export const createStatusReads = (db: Db): StatusReads => ({
  assignments: (request) => listPage(db, assignments, request, shownAssignment),
  statuses: (request) => listPage(db, statuses, request, shownStatus),
  clusterApplications: (cluster, request) => listClusterApplications(db, cluster, request),
  async clusterApplication(cluster, named) {
    const only = { ...unfiltered({ size: 1, after: undefined }), only: { application: [named] } };
    const { items } = await listClusterApplications(db, cluster, only);
    if (items[0] !== undefined) return items[0];
    throw new DroverError("not-found", "ASSIGNMENT_NOT_FOUND", `application ${named}: the cluster is not assigned it`);
  },
});

const assigned = "assignments a join clusters c on c.id = a.cluster_id join releases rel on rel.id = a.release_id";

const assignments: List<keyof typeof assignmentFields> = {
  name: "assignments-list",
  fields: assignmentFields,
  columns: {
    cluster: "c.name",
    clusterId: "a.cluster_id",
    application: "a.application",
    environment: "a.environment",
    project: "a.project",
    state: spelled("a.state", assignmentStates),
    generation: "a.generation",
    releaseId: "a.release_id",
    release: "(rel.application || '-' || rel.number)",
    revision: "a.revision",
    bundle: "a.bundle",
    namespace: "a.namespace",
    rolloutId: "a.rollout_id",
    assignedAt: "a.assigned_at",
    acknowledgedAt: "a.acknowledged_at",
    provenAt: "a.proven_at",
  },
  select: assignmentColumns,
  from: assigned,
  order: [],
  unique: ["cluster", "application"],
  labelled: { clusterId: "a.cluster_id" },
};

const connected = isConnected("c", "r");

/** A silent cluster's health and sync are Unknown whatever it said last. Written so that the index of those unwell serves the words of trouble. */
const shownIs =
  (column: string) =>
  (word: string): string =>
    word === "Unknown" ? `${column} = 'Unknown' or not ${connected}` : `${column} = '${word}' and ${connected}`;

/** What an agent calls Synced is what it was given. */
const syncIs = (word: string): string => {
  if (word === "Synced") return `s.sync = 'Synced' and ${connected} and not ${isHeldBack}`;
  if (word === "OutOfSync")
    return `(s.sync = 'OutOfSync' or s.sync = 'Synced' and ${mayBeHeldBack}) and ${connected} and (s.sync = 'OutOfSync' or ${isHeldBack})`;
  return shownIs("s.sync")(word);
};

const shownSync = `(case when not ${connected} then 'Unknown' when s.sync = 'Synced' and ${isHeldBack} then 'OutOfSync' else s.sync end)`;

const statuses: List<keyof typeof statusFields> = {
  name: "statuses-list",
  fields: statusFields,
  columns: {
    cluster: "c.name",
    clusterId: "s.cluster_id",
    application: "s.application",
    environment: "a.environment",
    clusterState: { sql: clusterState("c", "r"), is: isState(clusterState("c", "r")) },
    health: { sql: shownHealth("s", "c", "r"), is: shownIs("s.health") },
    sync: { sql: shownSync, is: syncIs },
    generation: "s.generation",
    current: "((a.generation = s.generation and a.bundle = s.bundle) is true)",
    reason: "s.reason",
    message: "s.message",
    objects: "s.objects",
    drifted: "s.drifted",
    held: "s.held_hash",
    degradedSince: "s.degraded_since",
    lastDegradedAt: "s.last_degraded_at",
    reportedAt: "s.reported_at",
    changedAt: "s.changed_at",
  },
  select: statusColumns,
  from: `statuses s
         join clusters c on c.id = s.cluster_id
         left join cluster_reports r on r.cluster_id = s.cluster_id
         left join assignments a on a.cluster_id = s.cluster_id and a.application = s.application`,
  order: [],
  unique: ["cluster", "application"],
  labelled: { clusterId: "s.cluster_id" },
};

const { application, environment, project, state, release, revision, namespace } = assignments.columns;
const { health, sync, reason, drifted, changedAt } = statuses.columns;

/** Of what was let go of only the record is left: that is history. */
const applicationsOf = (cluster: ClusterId): List<keyof typeof clusterApplicationFields> => ({
  name: "cluster-applications-list",
  fields: clusterApplicationFields,
  columns: { application, environment, project, state, release, revision, namespace, health, sync, reason, drifted, changedAt },
  select: `${assignmentColumns}, ${statusColumns}`,
  from: `${assigned}
         left join cluster_reports r on r.cluster_id = a.cluster_id
         left join statuses s on s.cluster_id = a.cluster_id and s.application = a.application`,
  where: "a.cluster_id = $1 and not (a.state = 'withdrawn' and a.deletion_policy is not null)",
  values: [cluster],
  order: [],
  unique: ["application"],
});

const listClusterApplications = (db: Db, cluster: ClusterId, request: ListRequest): Promise<Page<ClusterApplication>> =>
  listPage(db, applicationsOf(cluster), request, (row: AssignmentRow & MaybeStatusRow) => ({
    cluster: row.cluster,
    application: row.application,
    assignment: shownAssignment(row),
    ...(row.s_application === null ? {} : { status: shownStatus(row) }),
  }));
