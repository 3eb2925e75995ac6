import { type ClusterId, type Instant, rfc3339 } from "@drover/kit";
import type { DriftEpisode } from "@drover/proto/rest";
import type { AcceptedReport } from "../../../app/agents/ingest-reports.ts";
import { pageOf } from "../../../app/page.ts";
import type { DriftReads } from "../../../app/read-models.ts";
import { reportedTime } from "../../../domain/ingest/reported-time.ts";
import type { Db } from "../database.ts";
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
  readonly id: number;
  readonly application: string;
  readonly api_group: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly started_at: Instant;
  readonly started_key: string;
  readonly ended_at: Instant | null;
  readonly change: DriftEpisode["change"];
  readonly fields: readonly string[];
  readonly actor: string | null;
  readonly action: DriftEpisode["action"];
}

export const createDriftReads = (db: Db): DriftReads => ({
  async list(cluster, { since, until, application }, { size, after }) {
    const { rows } = await db.query<DriftRow>({
      name: "drift-list",
      text: `select id, application, api_group, kind, namespace, name, started_at, started_at::text as started_key, ended_at, change, fields, actor,
                    action
               from drift_episodes
              where cluster_id = $1 and ($2::timestamptz is null or coalesce(ended_at, 'infinity') >= $2)
                and ($3::timestamptz is null or started_at <= $3) and ($4::text is null or application = $4)
                and ($5::timestamptz is null or (started_at, id) < ($5, $6))
              order by started_at desc, id desc limit $7`,
      values: [cluster, since ?? null, until ?? null, application ?? null, after?.[0] ?? null, after?.[1] ?? null, size + 1],
    });
    return pageOf(rows, size, shown, (row) => [row.started_key, row.id]);
  },
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
