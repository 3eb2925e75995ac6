import { offlineAfterMs, staleAfterMs } from "../../../domain/rollout/target.ts";

/** SQL for the state of a cluster: `cluster` aliases clusters, `report` cluster_reports; either row may be absent. By the database's clock. */
export const clusterState = (cluster: string, report: string): string => `(case
  when ${cluster}.state = 'Revoked' then 'Revoked'
  when ${cluster}.state is distinct from 'Enrolled' or ${report}.seen_at is null then 'Pending'
  when ${report}.seen_at > now() - interval '${staleAfterMs} milliseconds' then 'Connected'
  when ${report}.seen_at > now() - interval '${offlineAfterMs} milliseconds' then 'Stale'
  else 'Offline' end)`;

/** SQL for a health as it may be shown: what a silent cluster last said is no longer known to be so. */
export const shownHealth = (status: string, cluster: string, report: string): string =>
  `(case when ${clusterState(cluster, report)} = 'Connected' then coalesce(${status}.health, 'Unknown') else 'Unknown' end)`;

/**
 * A condition of which the planner assumes that half of the rows pass. Of the time of a report its statistics are always out of date, and of
 * a comparison of words it takes one row in two hundred to pass: either has it read and sort all for the sake of a page.
 */
const evenly = (condition: string): string => `(case when ${condition} then true else false end)`;

/** SQL that says whether a state, as from `clusterState`, is this word. */
export const isState =
  (state: string) =>
  (word: string): string =>
    evenly(`${state} = '${word}'`);

/** The same as being in the state Connected. */
export const isConnected = (cluster: string, report: string): string =>
  evenly(`${cluster}.state = 'Enrolled' and ${report}.seen_at > now() - interval '${staleAfterMs} milliseconds'`);
