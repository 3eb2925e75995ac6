import { type ClusterId, DroverError, type Instant, type Labels, rfc3339 } from "@drover/kit";
import { defaultProject } from "@drover/proto/fleet";
import { type Cluster, clusterFields, type ClusterSpec, type ClusterState, type HealthCounts } from "@drover/proto/rest";
import type { ClusterReads } from "../../../app/read-models.ts";
import type { Problem } from "../../../domain/release/release.ts";
import { clusterState, isState } from "./cluster-state-sql.ts";
import type { Db } from "../database.ts";
import { isFiled } from "../fleet/filed.ts";
import { type List, listPage } from "../list.ts";
import { labelsMatch } from "../selector-sql.ts";

const knownHealth = ["healthy", "progressing", "degraded", "suspended", "missing"] as const;
type HealthNumbers = readonly [all: number, healthy: number, progressing: number, degraded: number, suspended: number, missing: number];

interface ClusterRow {
  readonly id: ClusterId;
  readonly name: string;
  readonly project: string | null;
  readonly labels: Labels | null;
  readonly problem: Problem | null;
  readonly state: ClusterState;
  readonly environments: readonly string[];
  readonly health: HealthNumbers;
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

/** As last reported, and counted then; how many there are of all comes first, so that what nobody has reported is the rest. */
const health = `(
  select json_build_array(
           (select count(*) from assignments a where a.cluster_id = k.id) - gone.of_all,
           ${knownHealth.map((word) => `coalesce(t.${word}, 0) - gone.${word}`).join(", ")})
    from (select ${knownHealth.map((word) => `sum(${word}) as ${word}`).join(", ")} from cluster_totals where cluster_id = k.id) t,
         (select count(*) as of_all, ${knownHealth.map((word) => `count(*) filter (where lower(s.health) = '${word}') as ${word}`).join(", ")}
            from assignments a left join statuses s using (cluster_id, application)
           where a.cluster_id = k.id and a.state = 'withdrawn') gone)`;

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
  select: `k.*, to_json(${environments}) as environments, ${health} as health`,
  from: [filed, enrolledOnly],
  order: [],
  unique: ["name"],
  labelled: { labels: "k.labels" },
};

export const createClusterReads = (db: Db): ClusterReads => ({
  list: (request) => listPage(db, clusters, request, shown),
  get: (idOrName) => getCluster(db, idOrName),
  idOf: (idOrName) => findId(db, idOrName),
});

async function getCluster(db: Db, idOrName: string): Promise<Cluster> {
  const { rows } = await db.query<ClusterRow & Record<string, unknown>>({
    name: "clusters-get",
    text: `select * from (${[filed, enrolledOnly].map((from) => `select ${clusters.select} from ${from} where k.id = $1 or k.name = $1`).join(" union all ")}) k
            order by k.id = $1 desc limit 1`,
    values: [idOrName],
  });
  const [row] = rows;
  if (row === undefined) throw await unknownCluster(db, idOrName);
  return { ...shown(row), ...(await loadFile(db, row.id)) };
}

async function unknownCluster(db: Db, idOrName: string): Promise<DroverError> {
  const filed = await isFiled(db, "Cluster", idOrName);
  const hint = filed.kind === "none" && filed.nearest !== undefined ? `; did you mean ${filed.nearest}?` : "";
  return new DroverError("not-found", "CLUSTER_NOT_FOUND", `cluster ${idOrName}: there is none with this id or name${hint}`);
}

async function findId(db: Db, idOrName: string): Promise<ClusterId> {
  const { rows } = await db.query<{ id: ClusterId }>({
    name: "clusters-id",
    text: `select id from (
             select form ->> 'id' as id from fleet_objects where kind = 'Cluster' and form is not null and (form ->> 'id' = $1 or name = $1)
              union all
             select id from clusters where not filed and (id = $1 or name = $1)) k
            order by id = $1 desc limit 1`,
    values: [idOrName],
  });
  if (rows[0] === undefined) throw await unknownCluster(db, idOrName);
  return rows[0].id;
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

/** What a silent cluster last said is no longer known to be so. */
function shownNow({ state, health: [all, ...known] }: ClusterRow): HealthCounts {
  const [Healthy, Progressing, Degraded, Suspended, Missing] = state === "Connected" ? known : [0, 0, 0, 0, 0];
  return { Healthy, Progressing, Degraded, Suspended, Missing, Unknown: all - Healthy - Progressing - Degraded - Suspended - Missing };
}

const shown = (row: ClusterRow): Cluster => ({
  id: row.id,
  name: row.name,
  project: row.project ?? defaultProject,
  labels: { ...row.labels },
  state: row.state,
  environments: [...row.environments],
  applications: shownNow(row),
  ...(row.maintenance === true ? { maintenance: true } : {}),
  ...(row.seen_at === null ? {} : { lastSeenAt: rfc3339(row.seen_at) }),
  ...(row.agent_version === null ? {} : { agentVersion: row.agent_version }),
  ...(row.kubernetes_version === null ? {} : { kubernetesVersion: row.kubernetes_version }),
  ...(row.created_at === null ? {} : { createdAt: rfc3339(row.created_at) }),
  ...(row.revoked_at === null ? {} : { revokedAt: rfc3339(row.revoked_at) }),
  ...(row.problem === null ? {} : { problem: row.problem }),
});
