import { type Instant, rfc3339 } from "@drover/kit";
import type { EnvironmentSummary, FleetSummary, VersionCount } from "@drover/proto/rest";
import { staleAfterMs } from "../../../domain/rollout/target.ts";
import { clusterState } from "../cluster/cluster-state-sql.ts";
import type { Db } from "../database.ts";
import { isHeldBack, mayBeHeldBack } from "../report/status-rows.ts";
import { activePhases } from "../rollout/active-phases.ts";

/** Two passes over narrow rows of clusters, and none over their statuses. */
export async function loadFleetSummary(db: Db): Promise<FleetSummary> {
  const [clusters, totals, rollouts] = await Promise.all([countClusters(db), sumTotals(db), countRollouts(db)]);
  const numberOf = (is: (row: ClusterCount) => boolean): number => clusters.filter(is).reduce((sum, { n }) => sum + n, 0);
  const inState = (state: ClusterCount["state"]): number => numberOf((row) => row.state === state);
  return {
    at: rfc3339(totals.at),
    clusters: {
      total: numberOf(() => true),
      states: {
        Pending: inState("Pending"),
        Connected: inState("Connected"),
        Stale: inState("Stale"),
        Offline: inState("Offline"),
        Revoked: inState("Revoked"),
      },
      maintenance: numberOf(({ maintenance }) => maintenance === true),
      drifted: totals.driftedClusters,
    },
    ...statusesOf(totals.environments),
    environments: totals.environments.filter(({ environment }) => environment !== "").map(environmentOf),
    agentVersions: versionsOf(clusters, "agent_version"),
    kubernetesVersions: versionsOf(clusters, "kubernetes_version"),
    rollouts,
  };
}

interface ClusterCount {
  readonly state: keyof FleetSummary["clusters"]["states"];
  readonly maintenance: boolean | null;
  readonly agent_version: string | null;
  readonly kubernetes_version: string | null;
  readonly n: number;
}

/** As many rows as there are different kinds of clusters. */
async function countClusters(db: Db): Promise<readonly ClusterCount[]> {
  const { rows } = await db.query<ClusterCount & Record<string, unknown>>({
    name: "fleet-clusters",
    text: `select ${clusterState("c", "r")} as state, r.maintenance, r.agent_version, r.kubernetes_version, count(*)::int as n
             from clusters c left join cluster_reports r on r.cluster_id = c.id group by 1, 2, 3, 4`,
  });
  return rows;
}

const maxVersions = 50;

function versionsOf(clusters: readonly ClusterCount[], column: "agent_version" | "kubernetes_version"): VersionCount[] {
  const counts = new Map<string, number>();
  for (const { state, n, [column]: version } of clusters)
    if (version !== null && state !== "Revoked") counts.set(version, (counts.get(version) ?? 0) + n);
  return [...counts]
    .map(([version, n]) => ({ version, clusters: n }))
    .sort((a, b) => b.clusters - a.clusters || (a.version < b.version ? -1 : 1))
    .slice(0, maxVersions);
}

interface EnvironmentTotals {
  readonly environment: string;
  readonly clusters: number;
  readonly connected: number;
  readonly statuses: number;
  /** Of Connected clusters; all others' are Unknown. */
  readonly healthy: number;
  readonly progressing: number;
  readonly degraded: number;
  readonly suspended: number;
  readonly missing: number;
  readonly synced: number;
  readonly out_of_sync: number;
  readonly drifted: number;
}

const known = ["healthy", "progressing", "degraded", "suspended", "missing", "synced", "out_of_sync"] as const;
/** By how much more there is than was reported of it: what an agent calls Synced is what it was given, where git cannot be carried out. */
const more: Readonly<Partial<Record<(typeof known)[number], string>>> = { synced: "- coalesce(h.n, 0)", out_of_sync: "+ coalesce(h.n, 0)" };
const sumOf = (of: string, names: readonly string[]): string =>
  names.map((name) => `coalesce(sum(${of}.${name}), 0)::int as ${name}`).join(", ");

/**
 * Everything is summed up as it was last reported, and what is not known any more taken off again: clusters that are silent are found by
 * their index and are few, or else the fleet has other troubles than the speed of this. So are places that are held.
 */
async function sumTotals(db: Db) {
  const { rows } = await db.query<
    EnvironmentTotals & { readonly at: Instant; readonly drifted_clusters: number } & Record<string, unknown>
  >({
    name: "fleet-totals",
    text: `with said as (
             select t.environment, count(*)::int as clusters, ${sumOf("t", [...known, "statuses", "drifted"])} from cluster_totals t group by 1),
           away as (
             select cluster_id from cluster_reports where seen_at <= now() - interval '${staleAfterMs} milliseconds'
              union
             select id from clusters where state = 'Pending'),
           revoked as (select id as cluster_id from clusters where state = 'Revoked'),
           unsaid as (
             select t.environment, count(*)::int as clusters, ${sumOf("t", known)}
               from cluster_totals t where t.cluster_id in (select cluster_id from away union select cluster_id from revoked) group by 1),
           gone as (
             select t.environment, count(*)::int as clusters, sum(t.statuses)::int as statuses, sum(t.drifted)::int as drifted
               from cluster_totals t where t.cluster_id in (select cluster_id from revoked) group by 1),
           held as (
             select a.environment, count(*)::int as n
               from statuses s join assignments a on a.cluster_id = s.cluster_id and a.application = s.application
              where s.sync = 'Synced' and ${mayBeHeldBack} and ${isHeldBack}
                and s.cluster_id not in (select cluster_id from away union select cluster_id from revoked) group by 1)
           select now() as at, s.environment, s.clusters - coalesce(g.clusters, 0) as clusters, s.clusters - coalesce(u.clusters, 0) as connected,
                  s.statuses - coalesce(g.statuses, 0) as statuses, s.drifted - coalesce(g.drifted, 0) as drifted,
                  ${known.map((name) => `s.${name} - coalesce(u.${name}, 0) ${more[name] ?? ""} as ${name}`).join(", ")},
                  (select count(distinct cluster_id)::int from cluster_totals
                    where drifted > 0 and cluster_id not in (select cluster_id from revoked)) as drifted_clusters
             from said s left join unsaid u using (environment) left join gone g using (environment) left join held h using (environment)
            order by s.environment`,
  });
  const environments: readonly EnvironmentTotals[] = rows.filter(({ clusters }) => clusters > 0);
  return { at: rows[0]?.at ?? (Date.now() as Instant), driftedClusters: rows[0]?.drifted_clusters ?? 0, environments };
}

async function countRollouts(db: Db): Promise<FleetSummary["rollouts"]> {
  const { rows } = await db.query<{ phase: keyof FleetSummary["rollouts"]; n: number }>({
    name: "fleet-rollouts",
    text: `select phase, count(*)::int as n from rollouts where phase in ${activePhases} or phase = 'RollingBack' group by 1`,
  });
  const none = { Pending: 0, Running: 0, Paused: 0, Halted: 0, RollingBack: 0 };
  return { ...none, ...Object.fromEntries(rows.map(({ phase, n }) => [phase, n])) };
}

const environmentOf = (totals: EnvironmentTotals): EnvironmentSummary => ({
  name: totals.environment,
  clusters: totals.clusters,
  connected: totals.connected,
  ...statusesOf([totals]),
});

function statusesOf(totals: readonly EnvironmentTotals[]): Pick<FleetSummary, "health" | "sync" | "driftedObjects"> {
  const sum = (name: Exclude<keyof EnvironmentTotals, "environment">): number => totals.reduce((all, each) => all + each[name], 0);
  const health = {
    Healthy: sum("healthy"),
    Progressing: sum("progressing"),
    Degraded: sum("degraded"),
    Suspended: sum("suspended"),
    Missing: sum("missing"),
  };
  const synced = { Synced: sum("synced"), OutOfSync: sum("out_of_sync") };
  return {
    health: { ...health, Unknown: sum("statuses") - Object.values(health).reduce((all, n) => all + n, 0) },
    sync: { ...synced, Unknown: sum("statuses") - synced.Synced - synced.OutOfSync },
    driftedObjects: sum("drifted"),
  };
}
