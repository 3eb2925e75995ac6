import type { Database, Db } from "../database.ts";
import { type NewEvent, recordEvents } from "../history/event-log.ts";

interface Row {
  readonly kind: "DriftFight" | "PruneHeld";
  readonly application: string;
  readonly environment: string | null;
  readonly clusters: number;
  readonly names: readonly string[];
  readonly message: string | null;
  readonly objects: number | null;
  readonly [column: string]: unknown;
}

const kinds = { DriftFight: "DriftFightBegan", PruneHeld: "PruneHeld" } as const;

/**
 * Records an event for drift fights and held deletions that have come up since the last look: one for each place, whatever the number of its
 * clusters. Reports say only how things are; whoever looks first tells what is new.
 */
export const noticeTroubles = (database: Database): Promise<void> =>
  database.transaction(async (tx) => {
    await forgetPast(tx);
    await recordEvents(tx, (await rememberNew(tx)).map(eventOf));
  });

async function forgetPast(tx: Db): Promise<void> {
  await tx.query({
    name: "troubles-forget",
    text: `delete from told_troubles t
            where not exists (select from statuses s where s.cluster_id = t.cluster_id and s.application = t.application
                                 and case t.kind when 'DriftFight' then s.reason = 'DriftFight' else s.held_hash is not null end)`,
  });
}

async function rememberNew(tx: Db): Promise<readonly Row[]> {
  const { rows } = await tx.query<Row>({
    name: "troubles-remember",
    text: `with troubled as (
             select 'DriftFight' as kind, cluster_id, application from statuses where reason = 'DriftFight'
             union all
             select 'PruneHeld', cluster_id, application from statuses where held_hash is not null),
           fresh as (
             insert into told_troubles (kind, cluster_id, application)
             select kind, cluster_id, application from troubled order by kind, cluster_id, application
             on conflict do nothing returning kind, cluster_id, application)
           select f.kind, f.application, a.environment, count(*)::int as clusters, (array_agg(c.name order by c.name))[1:20] as names,
                  max(s.message) as message, max(s.held_objects)::int as objects
             from fresh f
             join statuses s on s.cluster_id = f.cluster_id and s.application = f.application
             join clusters c on c.id = f.cluster_id
             left join assignments a on a.cluster_id = f.cluster_id and a.application = f.application
            group by f.kind, f.application, a.environment`,
  });
  return rows;
}

const eventOf = ({ kind, application, environment, clusters, names, message, objects }: Row): NewEvent => ({
  kind: kinds[kind],
  subject: `applications/${application}`,
  body: { application, environment, clusters, names, message, objects },
});
