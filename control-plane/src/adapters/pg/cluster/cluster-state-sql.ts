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
