import { type ClusterId, type Instant, rfc3339 } from "@drover/kit";
import { type DriftEpisode, driftFields, type FleetDriftEpisode, fleetDriftFields } from "@drover/proto/rest";
import type { AcceptedReport } from "../../../app/agents/ingest-reports.ts";
import type { DriftFilter, DriftReads } from "../../../app/read-models.ts";
import { reportedTime } from "../../../domain/ingest/reported-time.ts";
import type { Db } from "../database.ts";
import { type List, listPage } from "../list.ts";
import { storableJson } from "../storable-json.ts";

/** Stores what the reports' new events say of drift: an episode once, however often it is told of, and its end when that comes. */
export async function recordDrift(tx: Db, reports: readonly AcceptedReport[], now: Instant): Promise<void> {
  const episodes = reports.flatMap((accepted) => episodesOf(accepted, now));
  if (episodes.length === 0) return;
  await tx.query({
    name: "drift-record",
    text: `insert into drift_episodes as d (cluster_id, application, api_group, kind, namespace, name, started_at, ended_at, change, fields, actor, action)
           select cluster_id, application, api_group, kind, namespace, name, started_at, ended_at, change, fields, actor, action
             from json_to_recordset($1::json) as e (cluster_id text, application text, api_group text, kind text, namespace text, name text,
                    started_at timestamptz, ended_at timestamptz, change text, fields jsonb, actor text, action text)
            order by cluster_id, application, api_group, kind, namespace, name, started_at
           on conflict (cluster_id, application, api_group, kind, namespace, name, started_at) do update
             set ended_at = coalesce(excluded.ended_at, d.ended_at), change = excluded.change, fields = excluded.fields,
                 actor = coalesce(excluded.actor, d.actor), action = excluded.action`,
    values: [storableJson(episodes)],
  });
}

/** The last word on each episode: one statement may touch a row only once. */
function episodesOf({ report, eventSeq }: AcceptedReport, now: Instant): readonly object[] {
  const byKey = new Map<string, object>();
  for (const { seq, application, drift } of report.events) {
    const startedAt = reportedTime(drift?.startedAt, now);
    if (seq <= eventSeq || application === undefined || drift === undefined || startedAt === undefined) continue;
    const { group, kind, namespace = "", name, change, fields, actor, action } = drift;
    const object = { cluster_id: report.cluster, application, api_group: group, kind, namespace, name, started_at: startedAt };
    const told = { ended_at: reportedTime(drift.endedAt, now), change, fields, actor, action };
    byKey.set(Object.values(object).join("\n"), { ...object, ...told });
  }
  return [...byKey.values()];
}

interface DriftRow {
  readonly application: string;
  readonly api_group: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly started_at: Instant;
  readonly ended_at: Instant | null;
  readonly change: DriftEpisode["change"];
  readonly fields: readonly string[];
  readonly actor: string | null;
  readonly action: DriftEpisode["action"];
}

const columns = {
  startedAt: "d.started_at",
  endedAt: "d.ended_at",
  application: "d.application",
  group: "d.api_group",
  kind: "d.kind",
  namespace: "nullif(d.namespace, '')",
  name: "d.name",
  change: "d.change",
  action: "d.action",
  actor: "d.actor",
  fields: "array(select jsonb_array_elements_text(d.fields))",
};
const selected = "d.application, d.api_group, d.kind, d.namespace, d.name, d.started_at, d.ended_at, d.change, d.fields, d.actor, d.action";
const newestFirst = { order: [{ field: "startedAt", descending: true }], unique: [{ sql: "d.id", type: "bigint" }] } as const;

/** With parameters for `timesOf`. */
const inTime = `($1::timestamptz is null or coalesce(d.ended_at, 'infinity') >= $1) and ($2::timestamptz is null or d.started_at <= $2)
                and ($3::boolean is null or (d.ended_at is null) = $3)`;
const timesOf = ({ since, until, open }: DriftFilter): readonly unknown[] => [since ?? null, until ?? null, open ?? null];

const driftOf = (cluster: ClusterId, filter: DriftFilter): List<keyof typeof driftFields> => ({
  name: "drift-list",
  fields: driftFields,
  columns,
  select: selected,
  from: "drift_episodes d",
  where: `${inTime} and d.cluster_id = $4`,
  values: [...timesOf(filter), cluster],
  ...newestFirst,
});

const driftOfFleet = (filter: DriftFilter): List<keyof typeof fleetDriftFields> => ({
  name: "drift-fleet",
  fields: fleetDriftFields,
  columns: { ...columns, cluster: "c.name", clusterId: "d.cluster_id", environment: "a.environment" },
  select: `${selected}, c.name as cluster, d.cluster_id, a.environment`,
  from: `drift_episodes d join clusters c on c.id = d.cluster_id
         left join assignments a on a.cluster_id = d.cluster_id and a.application = d.application`,
  where: inTime,
  values: timesOf(filter),
  labelled: { clusterId: "d.cluster_id" },
  ...newestFirst,
});

export const createDriftReads = (db: Db): DriftReads => ({
  list: (cluster, filter, request) => listPage(db, driftOf(cluster, filter), request, shown),
  ofFleet: (filter, request) => listPage(db, driftOfFleet(filter), request, shownOfFleet),
});

interface FleetDriftRow extends DriftRow {
  readonly cluster: string;
  readonly cluster_id: ClusterId;
  readonly environment: string | null;
}

const shownOfFleet = (row: FleetDriftRow): FleetDriftEpisode => ({
  cluster: row.cluster,
  clusterId: row.cluster_id,
  ...(row.environment === null ? {} : { environment: row.environment }),
  ...shown(row),
});

const shown = (row: DriftRow): DriftEpisode => ({
  application: row.application,
  object: { group: row.api_group, kind: row.kind, ...(row.namespace === "" ? {} : { namespace: row.namespace }), name: row.name },
  change: row.change,
  startedAt: rfc3339(row.started_at),
  ...(row.ended_at === null ? {} : { endedAt: rfc3339(row.ended_at) }),
  fields: [...row.fields],
  ...(row.actor === null ? {} : { actor: row.actor }),
  action: row.action,
});

/** Removes what began more than `keepMs` ago and, of each cluster, what is beyond its newest `keepRows`. */
export async function removeOldDrift(db: Db, { keepMs, keepRows }: { readonly keepMs: number; readonly keepRows: number }): Promise<void> {
  await db.query({
    name: "drift-remove-old",
    text: "delete from drift_episodes where started_at < now() - $1 * interval '1 millisecond'",
    values: [keepMs],
  });
  const { rows } = await db.query<{ cluster_id: ClusterId }>({
    name: "drift-crowded",
    text: "select cluster_id from drift_episodes group by cluster_id having count(*) > $1",
    values: [keepRows],
  });
  for (const { cluster_id } of rows)
    await db.query({
      name: "drift-remove-beyond",
      text: `delete from drift_episodes d using
               (select started_at, id from drift_episodes where cluster_id = $1 order by started_at desc, id desc offset $2 limit 1) edge
              where d.cluster_id = $1 and (d.started_at, d.id) <= (edge.started_at, edge.id)`,
      values: [cluster_id, keepRows],
    });
}
