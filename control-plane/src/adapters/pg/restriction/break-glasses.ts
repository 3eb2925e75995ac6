import { type Instant, rfc3339 } from "@drover/kit";
import { type BreakGlass, breakGlassFields, type NewBreakGlass } from "@drover/proto/rest";
import type { BreakGlasses } from "../../../app/restriction/break-glass.ts";
import type { Caller } from "../../../app/access/caller.ts";
import { recordAudit } from "../access/audit-log.ts";
import type { Database, Db } from "../database.ts";
import { type List, listPage } from "../list.ts";
import { recordEvents } from "../history/event-log.ts";
import { recheckOpenRollouts } from "../rollout/open-rollouts.ts";

export const createBreakGlasses = (database: Database): BreakGlasses => ({
  list: (request) => listPage(database, breakGlasses, request, shown),
  async get(id) {
    const row = await load(database, id);
    return row && shown(row);
  },
  begin: (id, request, expiresAt, caller) =>
    database.transaction(async (tx) => {
      const row = await insert(tx, id, request, expiresAt, caller);
      await announce(tx, "BreakGlassBegun", "break-glass.begin", row, request.reason, caller);
      return shown(row);
    }),
  end: (id, reason, caller) =>
    database.transaction(async (tx) => {
      const ended = await endOpen(tx, id, reason, caller);
      if (ended !== undefined) await announce(tx, "BreakGlassEnded", "break-glass.end", ended, reason, caller);
      const row = ended ?? (await load(tx, id));
      return row && shown(row);
    }),
});

interface BreakGlassRow {
  readonly id: string;
  readonly environment: string;
  readonly application: string | null;
  readonly state: BreakGlass["state"];
  readonly actor: string;
  readonly reason: string;
  readonly begun_at: Instant;
  readonly expires_at: Instant;
  readonly ended_at: Instant | null;
  readonly ended_by: string | null;
}

const state = "(case when ended_at is not null then 'Ended' when expires_at <= now() then 'Expired' else 'Open' end)";

const columns = `id, environment, application, actor, reason, begun_at, expires_at, ended_at, ended_by, ${state} as state`;

const breakGlasses: List<keyof typeof breakGlassFields> = {
  name: "break-glass-list",
  fields: breakGlassFields,
  columns: {
    id: "id",
    environment: "environment",
    application: "application",
    state,
    actor: "actor",
    reason: "reason",
    createdAt: "begun_at",
    expiresAt: "expires_at",
    endedAt: "ended_at",
    endedBy: "ended_by",
  },
  select: columns,
  from: "break_glass",
  order: [{ field: "createdAt", descending: true }],
  unique: ["id"],
};

const shown = (row: BreakGlassRow): BreakGlass => ({
  id: row.id,
  environment: row.environment,
  ...(row.application === null ? {} : { application: row.application }),
  state: row.state,
  actor: row.actor,
  reason: row.reason,
  createdAt: rfc3339(row.begun_at),
  expiresAt: rfc3339(row.expires_at),
  ...(row.ended_at === null ? {} : { endedAt: rfc3339(row.ended_at) }),
  ...(row.ended_by === null ? {} : { endedBy: row.ended_by }),
});

async function insert(tx: Db, id: string, request: NewBreakGlass, expiresAt: Instant, { actor }: Caller): Promise<BreakGlassRow> {
  const { environment, application, reason } = request;
  const { rows } = await tx.query<BreakGlassRow & Record<string, unknown>>({
    name: "break-glass-insert",
    text: `insert into break_glass (id, environment, application, actor, reason, expires_at) values ($1, $2, $3, $4, $5, $6) returning ${columns}`,
    values: [id, environment, application ?? null, actor, reason, rfc3339(expiresAt)],
  });
  return rows[0] as BreakGlassRow;
}

async function endOpen(tx: Db, id: string, reason: string, { actor }: Caller): Promise<BreakGlassRow | undefined> {
  const { rows } = await tx.query<BreakGlassRow & Record<string, unknown>>({
    name: "break-glass-end",
    text: `update break_glass set ended_at = now(), ended_by = $2, end_reason = $3
            where id = $1 and ended_at is null and expires_at > now() returning ${columns}`,
    values: [id, actor, reason],
  });
  return rows[0];
}

async function load(tx: Db, id: string): Promise<BreakGlassRow | undefined> {
  const { rows } = await tx.query<BreakGlassRow & Record<string, unknown>>({
    name: "break-glass-load",
    text: `select ${columns} from break_glass where id = $1`,
    values: [id],
  });
  return rows[0];
}

/** Loudly: whoever reads the audit record or follows the events cannot miss it. */
async function announce(tx: Db, kind: string, action: string, row: BreakGlassRow, reason: string, caller: Caller): Promise<void> {
  const { id, environment, application } = row;
  const details = { environment, application, reason, expiresAt: rfc3339(row.expires_at) };
  await recordAudit(tx, {
    actor: caller.actor,
    action,
    object: `break-glass/${id}`,
    result: "allowed",
    requestId: caller.requestId,
    details,
  });
  await recordEvents(tx, [{ kind, subject: `break-glass/${id}`, body: { id, actor: caller.actor, ...details } }]);
  await recheckOpenRollouts(tx, { environment, ...(application === null ? {} : { application }) });
}
