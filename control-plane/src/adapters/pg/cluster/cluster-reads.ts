import { type ClusterId, DroverError, type Instant, type Labels, rfc3339 } from "@drover/kit";
import { defaultProject } from "@drover/proto/fleet";
import type { Cluster, ClusterState, HealthCounts } from "@drover/proto/rest";
import { type Page, type PageRequest, pageOf } from "../../../app/page.ts";
import type { ClusterFilter, ClusterReads } from "../../../app/read-models.ts";
import type { Problem } from "../../../domain/release/release.ts";
import { clusterState, shownHealth } from "./cluster-state-sql.ts";
import type { Db } from "../database.ts";
import { type HealthRow, healthCounts } from "./health-counts.ts";
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
const knownClusters = `
  select coalesce(c.id, f.form ->> 'id') as id, coalesce(f.name, c.name) as name, f.form ->> 'project' as project, f.form -> 'labels' as labels,
         f.problem, ${clusterState("c", "r")} as state, r.seen_at, r.maintenance, r.agent_version, r.kubernetes_version, c.created_at, c.revoked_at,
         array(select e.name from fleet_objects e
                where e.kind = 'Environment' and e.form is not null and f.form is not null
                  and ${labelsMatch("f.form -> 'labels'", "(e.form -> 'clusterSelector')")} order by 1) as environments
    from (select name, form, problem from fleet_objects where kind = 'Cluster' and form is not null) f
    full join clusters c on c.id = f.form ->> 'id'
    left join cluster_reports r on r.cluster_id = c.id`;

export const createClusterReads = (db: Db): ClusterReads => ({
  list: (filter, page) => listClusters(db, filter, page),
  get: (idOrName) => getCluster(db, idOrName),
});

async function listClusters(
  db: Db,
  { labels, environment, project, state }: ClusterFilter,
  { size, after }: PageRequest,
): Promise<Page<Cluster>> {
  const { rows } = await db.query<ClusterRow>({
    name: "clusters-list",
    text: `select * from (${knownClusters}) k
            where ($1::text is null or k.name > $1)
              and ($2::jsonb is null or ${labelsMatch("k.labels", "$2::jsonb")})
              and ($3::text is null or $3 = any (k.environments))
              and ($4::text is null or coalesce(k.project, '${defaultProject}') = $4)
              and ($5::text is null or k.state = $5)
            order by k.name limit $6`,
    values: [after?.[0] ?? null, labels ?? null, environment ?? null, project ?? null, state ?? null, size + 1],
  });
  const health = await loadHealth(
    db,
    rows.map(({ id }) => id),
  );
  return pageOf(
    rows,
    size,
    (row) => shown(row, health.get(row.id) ?? []),
    ({ name }) => [name],
  );
}

async function getCluster(db: Db, idOrName: string): Promise<Cluster> {
  const { rows } = await db.query<ClusterRow>({
    name: "clusters-get",
    text: `select * from (${knownClusters}) k where k.id = $1 or k.name = $1 order by (k.id = $1) desc limit 1`,
    values: [idOrName],
  });
  const [row] = rows;
  if (row === undefined) throw new DroverError("not-found", "CLUSTER_NOT_FOUND", `cluster ${idOrName}: there is none with this id or name`);
  return shown(row, (await loadHealth(db, [row.id])).get(row.id) ?? []);
}

async function loadHealth(db: Db, ids: readonly ClusterId[]): Promise<ReadonlyMap<string, readonly HealthRow[]>> {
  const { rows } = await db.query<HealthRow & { readonly cluster_id: string }>({
    name: "clusters-health",
    text: `select a.cluster_id, ${shownHealth("s", "c", "r")} as health, count(*) as count
             from assignments a
             join clusters c on c.id = a.cluster_id
             left join cluster_reports r on r.cluster_id = a.cluster_id
             left join statuses s on s.cluster_id = a.cluster_id and s.application = a.application
            where a.cluster_id = any ($1) and a.state <> 'withdrawn'
            group by 1, 2`,
    values: [ids],
  });
  return Map.groupBy(rows, (row) => row.cluster_id);
}

const shown = (row: ClusterRow, health: readonly HealthRow[]): Cluster => ({
  id: row.id,
  name: row.name,
  project: row.project ?? defaultProject,
  labels: { ...row.labels },
  state: row.state,
  environments: [...row.environments],
  applications: healthCounts(health) satisfies HealthCounts,
  ...(row.maintenance === true ? { maintenance: true } : {}),
  ...(row.seen_at === null ? {} : { lastSeenAt: rfc3339(row.seen_at) }),
  ...(row.agent_version === null ? {} : { agentVersion: row.agent_version }),
  ...(row.kubernetes_version === null ? {} : { kubernetesVersion: row.kubernetes_version }),
  ...(row.created_at === null ? {} : { createdAt: rfc3339(row.created_at) }),
  ...(row.revoked_at === null ? {} : { revokedAt: rfc3339(row.revoked_at) }),
  ...(row.problem === null ? {} : { problem: row.problem }),
});
