import { type ClusterId, DroverError } from "@drover/kit";
import { type Assignment, statusFields } from "@drover/proto/rest";
import { type Page, type PageRequest, pageOf } from "../../../app/page.ts";
import type { StatusFilter, StatusReads } from "../../../app/read-models.ts";
import { clusterState, shownHealth } from "../cluster/cluster-state-sql.ts";
import type { Db } from "../database.ts";
import { type List, listPage } from "../list.ts";
import { type AssignmentRow, type MaybeStatusRow, assignmentColumns, shownAssignment, shownStatus, statusColumns } from "./status-rows.ts";

export const createStatusReads = (db: Db): StatusReads => ({
  assignments: (filter, page) => listAssignments(db, filter, page),
  statuses: (request) => listPage(db, statuses, request, shownStatus),
  clusterApplications: (cluster, page) => listClusterApplications(db, cluster, undefined, page),
  async clusterApplication(cluster, application) {
    const { items } = await listClusterApplications(db, cluster, application, { size: 1, after: undefined });
    if (items[0] !== undefined) return items[0];
    throw new DroverError("not-found", "ASSIGNMENT_NOT_FOUND", `application ${application}: the cluster is not assigned it`);
  },
});

async function listAssignments(db: Db, filter: StatusFilter, { size, after }: PageRequest): Promise<Page<Assignment>> {
  const { rows } = await db.query<AssignmentRow>({
    name: "assignments-list",
    text: `select ${assignmentColumns}
             from assignments a join clusters c on c.id = a.cluster_id join releases rel on rel.id = a.release_id
            where ($1::text is null or a.cluster_id = $1) and ($2::text is null or a.application = $2)
              and ($3::text is null or a.environment = $3) and ($4::text is null or (c.name, a.application) > ($4, $5))
            order by c.name, a.application limit $6`,
    values: [...filterValues(filter), after?.[0] ?? null, after?.[1] ?? null, size + 1],
  });
  return pageOf(rows, size, shownAssignment, (row) => [row.cluster, row.application]);
}

const isConnected = `${clusterState("c", "r")} = 'Connected'`;

/** A silent cluster's health and sync are Unknown whatever it said last. Written so that the index of those unwell serves the words of trouble. */
const shownIs =
  (column: string) =>
  (word: string): string =>
    word === "Unknown" ? `${column} = 'Unknown' or not ${isConnected}` : `${column} = '${word}' and ${isConnected}`;

const statuses: List<keyof typeof statusFields> = {
  name: "statuses-list",
  fields: statusFields,
  columns: {
    cluster: "c.name",
    clusterId: "s.cluster_id",
    application: "s.application",
    environment: "a.environment",
    clusterState: clusterState("c", "r"),
    health: { sql: shownHealth("s", "c", "r"), is: shownIs("s.health") },
    sync: { sql: `(case when ${isConnected} then s.sync else 'Unknown' end)`, is: shownIs("s.sync") },
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

async function listClusterApplications(db: Db, cluster: ClusterId, application: string | undefined, { size, after }: PageRequest) {
  const { rows } = await db.query<AssignmentRow & MaybeStatusRow>({
    name: "cluster-applications-list",
    text: `select ${assignmentColumns}, ${statusColumns}
             from assignments a
             join clusters c on c.id = a.cluster_id
             join releases rel on rel.id = a.release_id
             left join cluster_reports r on r.cluster_id = a.cluster_id
             left join statuses s on s.cluster_id = a.cluster_id and s.application = a.application
            where a.cluster_id = $1 and not (a.state = 'withdrawn' and a.deletion_policy is not null) and ($2::text is null or a.application = $2) and ($3::text is null or a.application > $3)
            order by a.application limit $4`,
    values: [cluster, application ?? null, after?.[0] ?? null, size + 1],
  });
  return pageOf(
    rows,
    size,
    (row) => ({
      cluster: row.cluster,
      application: row.application,
      assignment: shownAssignment(row),
      ...(row.s_application === null ? {} : { status: shownStatus(row) }),
    }),
    (row) => [row.application],
  );
}

const filterValues = ({ cluster, application, environment }: StatusFilter) => [cluster ?? null, application ?? null, environment ?? null];
