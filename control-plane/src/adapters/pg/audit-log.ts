import type { Db } from "./database.ts";

/** One line of the record of who did what. `details` never holds a secret. */
export interface AuditEntry {
  /** `users/<subject>`, `clusters/<id>` or `drover`. */
  readonly actor: string;
  /** `promotion.create`, `cluster.revoke`, … */
  readonly action: string;
  readonly object: string;
  readonly result: "allowed" | "refused";
  readonly requestId: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Appends in the transaction of the change itself: no change without its line. */
export async function recordAudit(db: Db, entry: AuditEntry): Promise<void> {
  await db.query({
    name: "audit-record",
    text: "insert into audit (actor, action, object, result, request_id, details) values ($1, $2, $3, $4, $5, $6)",
    values: [entry.actor, entry.action, entry.object, entry.result, entry.requestId, entry.details ?? {}],
  });
}
