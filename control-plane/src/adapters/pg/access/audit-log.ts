import type { AuditEntry } from "../../../app/access/audit.ts";
import type { Db } from "../database.ts";

export type { AuditEntry };

/** Appends in the transaction of the change itself: no change without its line. */
export async function recordAudit(db: Db, entry: AuditEntry): Promise<void> {
  await db.query({
    name: "audit-record",
    text: "insert into audit (actor, action, object, result, request_id, details) values ($1, $2, $3, $4, $5, $6)",
    values: [entry.actor, entry.action, entry.object, entry.result, entry.requestId, entry.details ?? {}],
  });
}
