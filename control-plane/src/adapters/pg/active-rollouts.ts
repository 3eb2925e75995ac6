import type { ClusterId } from "@drover/kit";
import type { Db } from "./database.ts";

/** As in the index rollouts_one_active, so that the planner can use it. */
export const activePhases = "('Pending','Running','Paused','Halted','RollingBack')";

/**
 * The active rollouts that may think differently of these clusters' news. Whoever stores a report asks the queue `rollout` for
 * them in the same transaction.
 */
export async function activeRolloutsOf(
  db: Db,
  news: readonly { readonly clusterId: ClusterId; readonly application: string }[],
): Promise<readonly string[]> {
  if (news.length === 0) return [];
  const { rows } = await db.query<{ id: string }>({
    name: "rollouts-active-of",
    text: `select distinct r.id
             from unnest($1::text[], $2::text[]) as n (cluster_id, application)
             join rollouts r on r.application = n.application and r.phase in ${activePhases}
             join rollout_targets t on t.rollout_id = r.id and t.cluster_id = n.cluster_id and t.state not in ('unchanged','failed','left')`,
    values: [news.map(({ clusterId }) => clusterId), news.map(({ application }) => application)],
  });
  return rows.map(({ id }) => id);
}
