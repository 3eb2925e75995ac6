import { type ClusterId, DroverError, type Instant, type Labels, rfc3339 } from "@drover/kit";
import { defaultProject } from "@drover/proto/fleet";
import { type Cluster, clusterFields, type ClusterSpec, type ClusterState, type HealthCounts } from "@drover/proto/rest";
import { type ListRequest, type Page, pageOf } from "../../../app/page.ts";
import type { ClusterReads } from "../../../app/read-models.ts";
import type { Problem } from "../../../domain/release/release.ts";
import { clusterState, isState } from "./cluster-state-sql.ts";
import type { Db } from "../database.ts";
import { type HealthRow, healthCounts } from "./health-counts.ts";
import { type List, listRows, pageKey } from "../list.ts";
import { labelsMatch } from "../selector-sql.ts";

interface ClusterRow {
  readonly id: ClusterId;
  readonly name: string;
  readonly project: string | null;
  readonly labels: Labels | null;
  readonly problem: Problem | null;
  readonly state: ClusterState;
  readonly environments: readonly string[];
  readonly seen_at: Instant | null;
  readonly maintenance: boolean | null;
  readonly agent_version: string | null;
  readonly kubernetes_version: string | null;
  readonly created_at: Instant | null;
  readonly revoked_at: Instant | null;
}

/** A cluster is in git, or enrolled, or both: its file may come first, and may be gone before it is revoked. */
const filed = `(
  select f.form ->> 'id' as id, f.name, f.form ->> 'project' as project, f.form -> 'labels' as labels, f.problem, true as filed,
         ${clusterState("c", "r")} as state, r.seen_at, r.maintenance, r.agent_version, r.kubernetes_version, c.created_at, c.revoked_at
    from fleet_objects f
    left join clusters c on c.id = f.form ->> 'id'
    left join cluster_reports r on r.cluster_id = c.id
   where f.kind = 'Cluster' and f.form is not null) k`;

const enrolledOnly = `(
  select c.id, c.name, null as project, null::jsonb as labels, null::jsonb as problem, false as filed,
         ${clusterState("c", "r")} as state, r.seen_at, r.maintenance, r.agent_version, r.kubernetes_version, c.created_at, c.revoked_at
    from clusters c
    left join cluster_reports r on r.cluster_id = c.id
   where not c.filed
     and not exists (select from fleet_objects f where f.kind = 'Cluster' and f.form is not null and f.form ->> 'id' = c.id)) k`;

const environments = `array(
  select e.name from fleet_objects e
   where e.kind = 'Environment' and e.form is not null and k.filed and ${labelsMatch("k.labels", "(e.form -> 'clusterSelector')")} order by 1)`;

const clusters: List<keyof typeof clusterFields> = {
  name: "clusters-list",
  fields: clusterFields,
  columns: {
    id: "k.id",
    name: "k.name",
    project: `coalesce(k.project, '${defaultProject}')`,
    state: { sql: "k.state", is: isState("k.state") },
    environments: { sql: environments, type: "text[]" },
    maintenance: "k.maintenance",
    lastSeenAt: "k.seen_at",
    agentVersion: "k.agent_version",
    kubernetesVersion: "k.kubernetes_version",
    createdAt: "k.created_at",
    revokedAt: "k.revoked_at",
    problem: "(k.problem ->> 'code')",
  },
  select: `k.*, ${environments} as environments`,
  from: [filed, enrolledOnly],
  order: [],
  unique: ["name"],
  labelled: { labels: "k.labels" },
};

export const createClusterReads = (db: Db): ClusterReads => ({
  list: (request) => listClusters(db, request),
  get: (idOrName) => getCluster(db, idOrName),
});

async function listClusters(db: Db, request: ListRequest): Promise<Page<Cluster>> {
  const { rows } = await listRows<ClusterRow, keyof typeof clusterFields>(db, clusters, request);
  const health = await loadHealth(
    db,
    rows.map(({ id }) => id),
  );
  return pageOf(rows, request.size, (row) => shown(row, health.get(row.id) ?? []), pageKey);
}

async function getCluster(db: Db, idOrName: string): Promise<Cluster> {
  const { rows } = await db.query<ClusterRow>({
    name: "clusters-get",
    text: `select * from (${[filed, enrolledOnly].map((from) => `select ${clusters.select} from ${from} where k.id = $1 or k.name = $1`).join(" union all ")}) k
            order by k.id = $1 desc limit 1`,
    values: [idOrName],
  });
  const [row] = rows;
  if (row === undefined) throw new DroverError("not-found", "CLUSTER_NOT_FOUND", `cluster ${idOrName}: there is none with this id or name`);
  const [health, file] = await Promise.all([loadHealth(db, [row.id]), loadFile(db, row.id)]);
  return { ...shown(row, health.get(row.id) ?? []), ...file };
}

/** Undefined where the cluster has no file any more. */
async function loadFile(db: Db, id: ClusterId): Promise<{ readonly spec: ClusterSpec; readonly version: number } | undefined> {
  const { rows } = await db.query<{ spec: ClusterSpec; version: number }>({
    name: "clusters-file",
    text: "select form as spec, version from fleet_objects where kind = 'Cluster' and form ->> 'id' = $1",
    values: [id],
  });
  return rows[0];
}

/** As last reported. Both tables are asked for the clusters: neither is then looked into row by row. */
async function loadHealth(db: Db, ids: readonly ClusterId[]): Promise<ReadonlyMap<string, readonly HealthRow[]>> {
  const { rows } = await db.query<HealthRow & { readonly cluster_id: string }>({
    name: "clusters-health",
    text: `select a.cluster_id, coalesce(s.health, 'Unknown') as health, count(*) as count
             from (select cluster_id, application from assignments where cluster_id = any ($1) and state <> 'withdrawn') a
             left join (select cluster_id, application, health from statuses where cluster_id = any ($1)) s using (cluster_id, application)
            group by 1, 2`,
    values: [ids],
  });
  return Map.groupBy(rows, (row) => row.cluster_id);
}

/** What a silent cluster last said is no longer known to be so. */
const shownNow = ({ state }: ClusterRow, health: readonly HealthRow[]): HealthCounts =>
  healthCounts(state === "Connected" ? health : health.map((row) => ({ ...row, health: "Unknown" })));

const shown = (row: ClusterRow, health: readonly HealthRow[]): Cluster => ({
  id: row.id,
  name: row.name,
  project: row.project ?? defaultProject,
  labels: { ...row.labels },
  state: row.state,
  environments: [...row.environments],
  applications: shownNow(row, health),
  ...(row.maintenance === true ? { maintenance: true } : {}),
  ...(row.seen_at === null ? {} : { lastSeenAt: rfc3339(row.seen_at) }),
  ...(row.agent_version === null ? {} : { agentVersion: row.agent_version }),
  ...(row.kubernetes_version === null ? {} : { kubernetesVersion: row.kubernetes_version }),
  ...(row.created_at === null ? {} : { createdAt: rfc3339(row.created_at) }),
  ...(row.revoked_at === null ? {} : { revokedAt: rfc3339(row.revoked_at) }),
  ...(row.problem === null ? {} : { problem: row.problem }),
});
