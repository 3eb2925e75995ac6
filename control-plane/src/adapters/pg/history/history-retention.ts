import type { ClusterId } from "@drover/kit";
import type { Db } from "../database.ts";

interface Retention {
  readonly keepMs: number;
  /** Of each application on each cluster, however old. */
  readonly keepRows: number;
  /** Clusters looked at in one go: with 50 applications each, a few thousand short index scans. */
  readonly clusters: number;
}

/**
 * Looks at the next clusters after those of the last time and removes their records that nobody can ask for any more: older than
 * `keepMs`, not among the newest, and not the one that was in force when `keepMs` began. Where it is, every replica reads in `settings`.
 */
export async function removeOldHistory(db: Db, { keepMs, keepRows, clusters }: Retention): Promise<void> {
  const next = await advance(db, clusters);
  if (next.length === 0) return;
  await db.query({
    name: "history-remove-old",
    text: `delete from assignment_history h
            using assignments a
            cross join lateral (select at from assignment_history
                                 where cluster_id = a.cluster_id and application = a.application
                                 order by at desc offset $3 limit 1) beyond
            cross join lateral (select at from assignment_history
                                 where cluster_id = a.cluster_id and application = a.application
                                   and at <= now() - $2 * interval '1 millisecond'
                                 order by at desc limit 1) edge
            where a.cluster_id = any ($1) and h.cluster_id = a.cluster_id and h.application = a.application
              and h.at <= beyond.at and h.at < edge.at`,
    values: [next, keepMs, keepRows],
  });
}

/** The next clusters in the order of their ids; after the last comes the first again. */
async function advance(db: Db, clusters: number): Promise<readonly ClusterId[]> {
  const { rows } = await db.query<{ id: ClusterId }>({
    name: "history-advance",
    text: `with next as (
             select id from clusters
              where id > coalesce((select value #>> '{}' from settings where key = 'history.thinned'), '') order by id limit $1),
           remembered as (
             insert into settings (key, value)
             select 'history.thinned', to_jsonb(case when count(*) < $1 then '' else max(id) end) from next
             on conflict (key) do update set value = excluded.value)
           select id from next`,
    values: [clusters],
  });
  return rows.map(({ id }) => id);
}
