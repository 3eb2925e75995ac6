import type { FleetEdit } from "../../../domain/fleet/fleet-edit.ts";
import { isObjectEdit } from "../../../domain/fleet/object-edit.ts";
import type { Caller } from "../../../app/access/caller.ts";
import type { Intent, IntentError, IntentKind, IntentState, IntentStore } from "../../../app/fleet/intent-store.ts";
import { recordAudit } from "../access/audit-log.ts";
import type { Database, Db } from "../database.ts";
import { type NewEvent, recordEvents } from "../history/event-log.ts";
import { askFor } from "../work-queue.ts";

export const createIntentStore = (database: Database): IntentStore => ({
  add: (intent, caller) => database.transaction((tx) => addIntent(tx, intent, caller)),
  addFulfilled: (intent, commit, caller) =>
    database.transaction(async (tx) => {
      await insertIntent(tx, intent, "current", commit, caller);
      await recordIntent(tx, intent, caller);
      await recordEvents(tx, [event("Created", intent, { actor: intent.actor }), event("Committed", intent, { commit })]);
    }),
  load: (id) => load(database, id),
  hasOpen: () => hasOpen(database),
  take: (limit) => take(database, limit),
  settleFulfilled: (id, commit) =>
    database.transaction(async (tx) => {
      await recordEvents(tx, await settleByCommit(tx, id, commit));
    }),
  voidIntents: (ids, error) =>
    database.transaction(async (tx) => {
      await recordEvents(tx, await voidOpen(tx, ids, error));
    }),
  withdraw: (id, error) =>
    database.transaction(async (tx) => {
      const events = await withdraw(tx, id, error);
      await recordEvents(tx, events);
      return events.length > 0;
    }),
});

/** For a transaction that has more to say. */
export async function addIntent(tx: Db, intent: Intent, caller: Caller): Promise<void> {
  await insertIntent(tx, intent, "pending", undefined, caller);
  await recordIntent(tx, intent, caller);
  await recordEvents(tx, [event("Created", intent, { actor: intent.actor })]);
  await askFor(tx, "write", ["head"]);
}

async function insertIntent(
  tx: Db,
  intent: Intent,
  state: "pending" | "current",
  commit: string | undefined,
  caller: Caller,
): Promise<void> {
  await tx.query({
    name: "intent-insert",
    text: `insert into intents (id, kind, subject, edit, reason, actor, traceparent, state, commit, settled_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, case when $8 = 'current' then now() end)`,
    values: [
      intent.id,
      intent.kind,
      intent.subject,
      JSON.stringify(intent.edit),
      intent.reason,
      intent.actor,
      caller.traceparent ?? null,
      state,
      commit ?? null,
    ],
  });
}

const actions = {
  Promotion: "promotion.create",
  Rollback: "promotion.rollback",
  ClusterAdded: "cluster.add",
  FileEdit: "fleet.edit",
  Removal: "removal.create",
  RemovalDone: "removal.end",
} as const satisfies Record<IntentKind, string>;

const collections = {
  Promotion: "promotions",
  Rollback: "promotions",
  ClusterAdded: "intents",
  FileEdit: "intents",
  Removal: "intents",
  RemovalDone: "intents",
} as const satisfies Record<IntentKind, string>;

const recordIntent = (tx: Db, { id, kind, subject, edit, reason }: Intent, caller: Caller): Promise<void> =>
  recordAudit(tx, {
    actor: caller.actor,
    action: actions[kind],
    object: `${collections[kind]}/${id}`,
    result: "allowed",
    requestId: caller.requestId,
    details: { subject, edit: audited(edit), reason },
  });

/** The commit says what an object became; the record says who asked for it. */
function audited(edit: FleetEdit): object {
  if (!isObjectEdit(edit) || edit.kind === "delete-object") return edit;
  const { spec: _spec, ...rest } = edit;
  return rest;
}

async function load(db: Db, id: string): Promise<IntentState | undefined> {
  const { rows } = await db.query<{ state: IntentState["state"]; commit: string | null; error: IntentError | null }>({
    name: "intent-load",
    text: "select state, commit, error from intents where id = $1",
    values: [id],
  });
  return rows[0] && { state: rows[0].state, commit: rows[0].commit ?? undefined, error: rows[0].error ?? undefined };
}

async function hasOpen(db: Db): Promise<boolean> {
  const { rows } = await db.query<{ is_open: boolean }>({
    name: "intent-has-open",
    text: "select exists (select from intents where state in ('pending', 'writing')) as is_open",
  });
  return rows[0]?.is_open === true;
}

async function take(db: Db, limit: number): Promise<readonly Intent[]> {
  const { rows } = await db.query<{ id: string; kind: IntentKind; subject: string; edit: FleetEdit; reason: string; actor: string }>({
    name: "intent-take",
    text: `with open as (
             select id from intents where state in ('pending', 'writing') order by created_at, id limit $1 for update skip locked),
           taken as (
             update intents i set state = 'writing' from open where i.id = open.id
             returning i.id, i.kind, i.subject, i.edit, i.reason, i.actor, i.created_at)
           select id, kind, subject, edit, reason, actor from taken order by created_at, id`,
    values: [limit],
  });
  return rows;
}

interface SettledRow {
  readonly id: string;
  readonly kind: IntentKind;
  readonly subject: string;
}

/**
 * For the transaction that projects the commit: a crash between push and projection then loses nothing. What is in git is in force, so even
 * a void intent becomes current. Returns what watchers are to be told.
 */
export async function settleByCommit(tx: Db, id: string, commit: string): Promise<readonly NewEvent[]> {
  const { rows } = await tx.query<{ id: string; kind: IntentKind; subject: string }>({
    name: "intent-settle",
    text: `update intents set state = 'current', commit = $2, error = null, settled_at = now()
            where id = $1 and state <> 'current'
           returning id, kind, subject`,
    values: [id, commit],
  });
  return rows.map((row) => event("Committed", row, { commit }));
}

async function voidOpen(tx: Db, ids: readonly string[], error: IntentError): Promise<readonly NewEvent[]> {
  const { rows } = await tx.query<VoidRow & Record<string, unknown>>({
    name: "intent-void",
    text: `update intents set state = 'void', error = $2, settled_at = now()
            where id = any($1::text[]) and state in ('pending', 'writing')
           returning ${voidColumns}`,
    values: [ids, JSON.stringify(error)],
  });
  return refused(tx, rows, error);
}

async function withdraw(tx: Db, id: string, error: IntentError): Promise<readonly NewEvent[]> {
  const { rows } = await tx.query<VoidRow & Record<string, unknown>>({
    name: "intent-withdraw",
    text: `update intents set state = 'void', error = $2, settled_at = now() where id = $1 and state = 'pending'
           returning ${voidColumns}`,
    values: [id, JSON.stringify(error)],
  });
  return refused(tx, rows, error);
}

interface VoidRow extends SettledRow {
  readonly actor: string;
  readonly reason: string;
  readonly request_id: string | null;
}

/** SQL: with the request that the record has it from. */
const voidColumns = `id, kind, subject, actor, reason,
  (select a.request_id from audit a where a.object in ('promotions/' || intents.id, 'intents/' || intents.id) order by a.id limit 1) as request_id`;

/** The record said that somebody may ask for it; it also says that nothing came of it. */
async function refused(tx: Db, rows: readonly VoidRow[], error: IntentError): Promise<readonly NewEvent[]> {
  for (const { id, kind, subject, actor, reason, request_id: requestId } of rows)
    await recordAudit(tx, {
      actor,
      action: actions[kind],
      object: `${collections[kind]}/${id}`,
      result: "refused",
      requestId: requestId ?? "",
      details: { subject, reason, code: error.code, message: error.message },
    });
  return rows.map((row) => event("Failed", row, { error }));
}

/** Watchers of a promotion hear that a rollout of it began. */
export async function promotionsOf(tx: Db, commit: string, rollout: string): Promise<readonly NewEvent[]> {
  const { rows } = await tx.query<{ id: string; kind: IntentKind; subject: string }>({
    name: "intents-of-commit",
    text: "select id, kind, subject from intents where commit = $1 and kind in ('Promotion', 'Rollback')",
    values: [commit],
  });
  return rows.map((row) => event("Started", row, { rollout }));
}

/** PromotionCreated, RollbackFailed, ClusterAddedCommitted, … */
const event = (
  what: "Created" | "Started" | "Committed" | "Failed",
  { id, kind, subject }: SettledRow,
  body: Readonly<Record<string, unknown>>,
): NewEvent => ({
  kind: `${kind}${what}`,
  subject: `${collections[kind]}/${id}`,
  body: { id, subject, ...body },
});
