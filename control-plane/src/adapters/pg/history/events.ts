import { instant, rfc3339 } from "@drover/kit";
import { eventFields } from "@drover/proto/rest";
import { type EventFilter, type EventPosition, type EventReads, eventCursor, furthest } from "../../../app/history/event-reads.ts";
import type { Db } from "../database.ts";
import { conditionOf } from "../list.ts";

interface EventRow {
  readonly id: number;
  readonly xid: string;
  readonly at: number;
  readonly kind: string;
  readonly subject: string;
  readonly body: Record<string, unknown>;
}

/** What a filter knows of them. Their order is one of its own, in which they can be followed. */
const events = { fields: eventFields, columns: { at: "at", kind: "kind", subject: "subject" } };

export const createEventReads = (db: Db): EventReads => ({
  read: (filter, after, limit) => readEvents(db, filter, after, limit),
  tail: (filter, limit) => tailEvents(db, filter, limit),
  newest: () => newestPosition(db),
  isKept: (position) => isKept(db, position),
});

/**
 * Ordered by transaction, then by row, and only below the oldest transaction still running: no row can appear later among those already
 * read. When fewer than `limit` match, the reader has reached that horizon.
 */
async function readEvents(db: Db, { kinds, subject, filter }: EventFilter, after: EventPosition, limit: number) {
  const values: unknown[] = [after.xid, after.id, kinds.length === 0 ? null : kinds, subject ?? null, limit];
  const condition = filter === undefined ? "" : `and ${conditionOf(events, filter, (value) => `$${values.push(value)}`)}`;
  const { rows } = await db.query<EventRow & { readonly horizon: string }>({
    ...(filter === undefined ? { name: "events-read" } : {}),
    text: `with horizon as (select pg_snapshot_xmin(pg_current_snapshot()) as xmin)
           select e.id, e.xid::text as xid, e.at, e.kind, e.subject, e.body, h.xmin::text as horizon
             from horizon h
             left join lateral (
               select id, xid, at, kind, subject, body from events
                where xid < h.xmin and (xid, id) > ($1::text::xid8, $2::bigint)
                  and ($3::text[] is null or kind = any ($3))
                  and ($4::text is null or subject = $4 or (right($4, 1) = '/' and starts_with(subject, $4))) ${condition}
                order by xid, id limit $5) e on true`,
    values,
  });
  const found = rows.filter((row) => row.id !== null);
  const last = found.at(-1);
  const reached = found.length === limit && last !== undefined ? { xid: last.xid, id: last.id } : furthest(after, behind(rows[0]?.horizon));
  return { events: found.map(eventOf), reached };
}

/** From the same side of the horizon as `readEvents`, so that a reader may go on behind them. */
async function tailEvents(db: Db, { kinds, subject, filter }: EventFilter, limit: number) {
  const reached = await newestPosition(db);
  const values: unknown[] = [reached.xid, kinds.length === 0 ? null : kinds, subject ?? null, limit];
  const condition = filter === undefined ? "" : `and ${conditionOf(events, filter, (value) => `$${values.push(value)}`)}`;
  const { rows } = await db.query<EventRow & Record<string, unknown>>({
    ...(filter === undefined ? { name: "events-tail" } : {}),
    text: `select id, xid::text as xid, at, kind, subject, body from events
            where xid <= $1::text::xid8
              and ($2::text[] is null or kind = any ($2))
              and ($3::text is null or subject = $3 or (right($3, 1) = '/' and starts_with(subject, $3))) ${condition}
            order by events.xid desc, id desc limit $4`,
    values,
  });
  return { events: rows.map(eventOf).toReversed(), reached };
}

async function newestPosition(db: Db): Promise<EventPosition> {
  const { rows } = await db.query<{ horizon: string }>({
    name: "events-newest",
    text: "select pg_snapshot_xmin(pg_current_snapshot())::text as horizon",
  });
  return behind(rows[0]?.horizon);
}

async function isKept(db: Db, position: EventPosition): Promise<boolean> {
  const { rows } = await db.query<{ kept: boolean }>({
    name: "events-kept",
    text: `select $1::text::xid8 <= pg_snapshot_xmax(pg_current_snapshot())
                  and $1::text::xid8 >= coalesce((select (value #>> '{}')::xid8 from settings where key = 'events.removed'), '0'::xid8) as kept`,
    values: [position.xid],
  });
  return rows[0]?.kept === true;
}

/** Removes events older than `keepMs` and remembers up to where, so that a reader from before is told instead of skipping. */
export async function removeOldEvents(db: Db, keepMs: number): Promise<number> {
  const { rowCount } = await db.query({
    name: "events-remove",
    text: `with removed as (
             delete from events where at < now() - $1 * interval '1 millisecond' returning xid),
           remembered as (
             insert into settings (key, value)
             select 'events.removed', to_jsonb(max(xid)::text) from removed having count(*) > 0
             on conflict (key) do update set value = excluded.value)
           select 1 from removed`,
    values: [keepMs],
  });
  return rowCount ?? 0;
}

/** The last place before the horizon: every row of an older transaction comes before it. */
const behind = (horizon: string | undefined): EventPosition => ({ xid: String(BigInt(horizon ?? "1") - 1n), id: Number.MAX_SAFE_INTEGER });

const eventOf = (row: EventRow) => ({
  cursor: eventCursor({ xid: row.xid, id: row.id }),
  at: rfc3339(instant(row.at)),
  kind: row.kind,
  subject: row.subject,
  body: row.body,
});
