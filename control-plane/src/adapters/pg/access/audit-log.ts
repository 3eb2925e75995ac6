import type { AuditEntry } from "../../../app/access/audit.ts";
import type { Db } from "../database.ts";
import { eventChannel } from "../history/event-log.ts";

export type { AuditEntry };

/** Appends in the transaction of the change itself: no change without its line. */
export async function recordAudit(db: Db, entry: AuditEntry): Promise<void> {
  await db.query({
    name: "audit-record",
    // What is in it only those may see who may read the record: the event says where to look.
    text: `with recorded as (
             insert into audit (actor, action, object, result, request_id, details) values ($1, $2, $3, $4, $5, $6) returning id),
           told as (insert into events (kind, subject, body) select 'AuditRecorded', 'audit/' || id, '{}' from recorded)
           select pg_notify('${eventChannel}', '')`,
    values: [entry.actor, entry.action, entry.object, entry.result, entry.requestId, entry.details ?? {}],
  });
}
