import { type Instant, rfc3339 } from "@drover/kit";
import type { EnvironmentSummary, FleetSummary, VersionCount } from "@drover/proto/rest";
import { clusterState } from "../cluster/cluster-state-sql.ts";
import type { Db } from "../database.ts";
import { activePhases } from "../rollout/active-phases.ts";

interface SummaryRow {
  readonly at: Instant;
  readonly states: FleetSummary["clusters"]["states"] & { readonly total: number; readonly maintenance: number };
  readonly drifted: number;
  readonly environments: readonly EnvironmentTotals[] | null;
  readonly agents: readonly VersionCount[] | null;
  readonly kubernetes: readonly VersionCount[] | null;
  readonly rollouts: FleetSummary["rollouts"];
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

const maxVersions = 50;

const connectedSums = ["healthy", "progressing", "degraded", "suspended", "missing", "synced", "out_of_sync"]
  .map((name) => `coalesce(sum(t.${name}) filter (where f.state = 'Connected'), 0)::int as ${name}`)
  .join(", ");

const versions = (column: string): string => `
  (select jsonb_agg(v) from (select ${column} as version, count(*)::int as clusters from fleet
                              where state <> 'Revoked' and ${column} is not null group by 1 order by 2 desc, 1 limit ${maxVersions}) v)`;

const countOf = (words: readonly string[], column: string): string =>
  words.map((word) => `'${word}', count(*) filter (where ${column} = '${word}')`).join(", ");

/** A pass over the clusters and their totals, never over their statuses. */
export async function loadFleetSummary(db: Db): Promise<FleetSummary> {
  const { rows } = await db.query<SummaryRow & Record<string, unknown>>({
    name: "fleet-summary",
    text: `with fleet as materialized (
             select c.id, ${clusterState("c", "r")} as state, r.maintenance, r.agent_version, r.kubernetes_version
               from clusters c left join cluster_reports r on r.cluster_id = c.id),
           environments as (
             select t.environment, count(*)::int as clusters, count(*) filter (where f.state = 'Connected')::int as connected,
                    sum(t.statuses)::int as statuses, ${connectedSums}, sum(t.drifted)::int as drifted
               from cluster_totals t join fleet f on f.id = t.cluster_id and f.state <> 'Revoked'
              group by 1 order by 1)
           select now() as at,
                  (select jsonb_build_object('total', count(*), 'maintenance', count(*) filter (where maintenance),
                          ${countOf(["Pending", "Connected", "Stale", "Offline", "Revoked"], "state")}) from fleet) as states,
                  (select count(distinct cluster_id)::int from cluster_totals
                    where drifted > 0 and cluster_id in (select id from fleet where state <> 'Revoked')) as drifted,
                  (select jsonb_agg(e) from environments e) as environments, ${versions("agent_version")} as agents, ${versions("kubernetes_version")} as kubernetes,
                  (select jsonb_build_object(${countOf(["Pending", "Running", "Paused", "Halted", "RollingBack"], "phase")})
                     from rollouts where phase in ${activePhases} or phase = 'RollingBack') as rollouts`,
    values: [],
  });
  return shown(rows[0] as SummaryRow);
}

function shown({
  at,
  states: { total, maintenance, ...states },
  drifted,
  environments,
  agents,
  kubernetes,
  rollouts,
}: SummaryRow): FleetSummary {
  const each = environments ?? [];
  return {
    at: rfc3339(at),
    clusters: { total, states, maintenance, drifted },
    ...statusesOf(each),
    environments: each.filter(({ environment }) => environment !== "").map(environmentOf),
    agentVersions: [...(agents ?? [])],
    kubernetesVersions: [...(kubernetes ?? [])],
    rollouts,
  };
}

const environmentOf = (totals: EnvironmentTotals): EnvironmentSummary => ({
  name: totals.environment,
  clusters: totals.clusters,
  connected: totals.connected,
  ...statusesOf([totals]),
});

function statusesOf(totals: readonly EnvironmentTotals[]): Pick<FleetSummary, "health" | "sync" | "driftedObjects"> {
  const sum = (name: Exclude<keyof EnvironmentTotals, "environment">): number => totals.reduce((all, each) => all + each[name], 0);
  const known = {
    Healthy: sum("healthy"),
    Progressing: sum("progressing"),
    Degraded: sum("degraded"),
    Suspended: sum("suspended"),
    Missing: sum("missing"),
  };
  const synced = { Synced: sum("synced"), OutOfSync: sum("out_of_sync") };
  return {
    health: { ...known, Unknown: sum("statuses") - Object.values(known).reduce((all, n) => all + n, 0) },
    sync: { ...synced, Unknown: sum("statuses") - synced.Synced - synced.OutOfSync },
    driftedObjects: sum("drifted"),
  };
}
