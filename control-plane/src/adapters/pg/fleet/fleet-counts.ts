import { healthWords } from "@drover/proto/wire";
import type { FleetCounts } from "../../../app/fleet/fleet-counts.ts";
import { queues } from "../../../app/work-queue.ts";
import { activePhases } from "../rollout/active-phases.ts";
import { clusterState } from "../cluster/cluster-state-sql.ts";
import type { Db } from "../database.ts";

const clusterStates = ["Pending", "Connected", "Stale", "Offline", "Revoked"];
const openPhases = ["Pending", "Running", "Paused", "Halted", "RollingBack"];

/** One scan of the clusters and their totals: for a scrape every few seconds, not for each request. Words that nothing has are zero. */
export async function countFleet(db: Db): Promise<FleetCounts> {
  const { rows } = await db.query<{ of: string; word: string; n: number }>({
    name: "fleet-counts",
    text: `select 'clusters' as of, ${clusterState("c", "r")} as word, count(*) as n
             from clusters c left join cluster_reports r on r.cluster_id = c.id group by 2
           union all select 'rollouts', phase, count(*) from rollouts where phase in ${activePhases} group by 2
           union all select 'statuses', word, sum(n)::bigint from cluster_totals
             cross join lateral (values ${healthWords.map((word) => `('${word}', ${word.toLowerCase()})`).join(", ")}) of_each (word, n) group by 2
           union all select 'drifted', '', coalesce(sum(drifted), 0) from cluster_totals
           union all select 'waiting', queue, ceil(extract(epoch from now() - min(due_at)))::bigint
             from work where due_at <= now() and lease_until < now() group by 2`,
  });
  const numbers = (of: string, words: readonly string[]): Readonly<Record<string, number>> => ({
    ...Object.fromEntries(words.map((word) => [word, 0])),
    ...Object.fromEntries(rows.filter((row) => row.of === of).map(({ word, n }) => [word, n])),
  });
  return {
    clusters: numbers("clusters", clusterStates),
    rollouts: numbers("rollouts", openPhases),
    statuses: numbers("statuses", healthWords),
    driftedObjects: rows.find((row) => row.of === "drifted")?.n ?? 0,
    waiting: numbers("waiting", queues),
  };
}
