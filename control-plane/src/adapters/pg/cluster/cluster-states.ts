import { clusterState } from "./cluster-state-sql.ts";
import { eventChannel } from "../history/event-log.ts";
import type { Db } from "../database.ts";

/** Nobody needs more at once; the rest follows with the next look. */
const mostTold = 1_000;

/**
 * Tells watchers of every cluster whose state is another than they were told. Of two replicas that look at once one
 * tells: the other waits for its rows and then finds them as they should be.
 */
export async function tellStateChanges(db: Db): Promise<void> {
  await db.query({
    name: "cluster-states-tell",
    text: `with seen as (
             select c.id, c.name, coalesce(s.state, 'Pending') as was, ${clusterState("c", "r")} as state
               from clusters c
               left join cluster_reports r on r.cluster_id = c.id
               left join cluster_states s on s.cluster_id = c.id),
           moved as (
             insert into cluster_states as t (cluster_id, state)
             select id, state from seen where state <> was order by id limit ${mostTold}
             on conflict (cluster_id) do update set state = excluded.state, since = excluded.since where t.state <> excluded.state
             returning t.cluster_id),
           told as (
             insert into events (kind, subject, body)
             select 'ClusterStateChanged', 'clusters/' || id, jsonb_build_object('cluster', id, 'name', name, 'from', was, 'to', state)
               from seen join moved on moved.cluster_id = seen.id
             returning 1)
           select pg_notify('${eventChannel}', '') from told`,
  });
}
