import { DroverError, type Instant, rfc3339 } from "@drover/kit";
import { type AuditEntry, auditFields } from "@drover/proto/rest";
import type { AuditReads } from "../../../app/read-models.ts";
import type { Db } from "../database.ts";
import { type List, listPage } from "../list.ts";

interface AuditRow {
  readonly id: number;
  readonly at: Instant;
  readonly actor: string;
  readonly action: string;
  readonly object: string;
  readonly result: "allowed" | "refused";
  readonly request_id: string;
  readonly details: Record<string, unknown>;
}

/** Rises with time, more finely than `at`. */
const number = { sql: "a.id", type: "bigint" };

const columns = "a.id, a.at, a.actor, a.action, a.object, a.result, a.request_id, a.details";

const audit: List<keyof typeof auditFields> = {
  name: "audit-list",
  fields: auditFields,
  columns: {
    id: "a.id::text",
    at: "a.at",
    actor: "a.actor",
    action: "a.action",
    object: "a.object",
    result: "initcap(a.result)",
    requestId: "a.request_id",
  },
  select: columns,
  from: "audit a",
  order: [{ ...number, descending: true }],
  unique: [number],
};

export const createAuditReads = (db: Db): AuditReads => ({
  list: (request) => listPage(db, audit, request, shown),
  get: (id) => getEntry(db, id),
});

async function getEntry(db: Db, id: string): Promise<AuditEntry> {
  const { rows } = await db.query<AuditRow & Record<string, unknown>>({
    name: "audit-get",
    text: `select ${columns} from audit a where a.id = $1`,
    values: [/^\d{1,15}$/.test(id) ? id : null],
  });
  if (rows[0] === undefined) throw new DroverError("not-found", "AUDIT_ENTRY_NOT_FOUND", `get audit entry ${id}: there is none`);
  return shown(rows[0]);
}

const shown = (row: AuditRow): AuditEntry => ({
  id: String(row.id),
  at: rfc3339(row.at),
  actor: row.actor,
  action: row.action,
  object: row.object,
  result: row.result === "allowed" ? "Allowed" : "Refused",
  requestId: row.request_id,
  details: row.details,
});
