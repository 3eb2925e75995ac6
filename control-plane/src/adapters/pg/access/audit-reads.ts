import { type Instant, rfc3339 } from "@drover/kit";
import type { AuditEntry } from "@drover/proto/rest";
import { pageOf } from "../../../app/page.ts";
import type { AuditReads } from "../../../app/read-models.ts";
import type { Db } from "../database.ts";

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

export const createAuditReads = (db: Db): AuditReads => ({
  async list({ object, actor, action }, { size, after }) {
    const { rows } = await db.query<AuditRow>({
      name: "audit-list",
      text: `select id, at, actor, action, object, result, request_id, details from audit
              where ($1::bigint is null or id < $1)
                and ($2::text is null or object = $2) and ($3::text is null or actor = $3) and ($4::text is null or action = $4)
              order by id desc limit $5`,
      values: [after?.[0] ?? null, object ?? null, actor ?? null, action ?? null, size + 1],
    });
    return pageOf(rows, size, shown, (row) => [row.id]);
  },
});

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
