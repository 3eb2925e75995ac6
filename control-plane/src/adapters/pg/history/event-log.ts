import type { Db } from "../database.ts";

/** The channel that wakes watchers; its payload is empty, the rows are the truth. */
export const eventChannel = "drover_events";

export interface NewEvent {
  /** PascalCase: RolloutChanged, TargetChanged, ClusterEnrolled, StatusChanged, PromotionCommitted, … */
  readonly kind: string;
  /** `rollouts/<id>`, `clusters/<id>`, `applications/<name>`, … */
  readonly subject: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Tells watchers, in the transaction that makes it true. One NOTIFY a transaction: PostgreSQL folds equal ones. */
export async function recordEvents(db: Db, events: readonly NewEvent[]): Promise<void> {
  if (events.length === 0) return;
  await db.query({
    name: "events-record",
    text: `with recorded as (
             insert into events (kind, subject, body)
             select e.kind, e.subject, e.body from jsonb_to_recordset($1::jsonb) as e (kind text, subject text, body jsonb))
           select pg_notify('${eventChannel}', '')`,
    values: [JSON.stringify(events)],
  });
}
