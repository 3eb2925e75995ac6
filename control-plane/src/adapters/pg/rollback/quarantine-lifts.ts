import type { LiftedRow, QuarantineLift, QuarantineName } from "../../../app/rollback/lift-quarantine.ts";
import { recordAudit } from "../access/audit-log.ts";
import type { Database, Db } from "../database.ts";
import { recordEvents } from "../history/event-log.ts";
import { askWherePlaced } from "./insert-quarantine.ts";

export const createQuarantineLift = (database: Database): QuarantineLift => ({
  lift: (name, reason, caller) =>
    database.transaction(async (tx) => {
      const rows = await end(tx, name, caller.actor);
      const object = name.kind === "row" ? `quarantines/${name.id}` : `quarantines/${name.application}@${name.revision}`;
      const { actor, requestId } = caller;
      await recordAudit(tx, {
        actor,
        action: "quarantine.lift",
        object,
        result: "allowed",
        requestId,
        details: { reason, rows: rows.length },
      });
      for (const application of new Set(rows.map((row) => row.application))) await askWherePlaced(tx, application);
      await recordEvents(
        tx,
        rows.map(({ application, revision, kind }) => ({
          kind: "QuarantineLifted",
          subject: `applications/${application}`,
          body: { application, revision, kind, actor, reason },
        })),
      );
      return rows;
    }),
});

async function end(tx: Db, name: QuarantineName, actor: string): Promise<readonly LiftedRow[]> {
  const { rows } = await tx.query<{ kind: LiftedRow["kind"]; application: string; revision: string; being_committed: boolean }>({
    name: "quarantine-lift",
    text: `update quarantines set state = 'Lifted', lifted_at = now(), lifted_by = $4
            where state <> 'Lifted' and (id = $1 or kind = 'Revision' and application = $2 and
                  (revision = $3 or length($3) >= 7 and starts_with(revision, $3)))
           returning kind, application, revision, intent_id is not null as being_committed`,
    values: [
      name.kind === "row" ? name.id : null,
      name.kind === "revision" ? name.application : null,
      name.kind === "revision" ? name.revision : null,
      actor,
    ],
  });
  return rows.map(({ being_committed: isBeingCommitted, ...row }) => ({ ...row, isBeingCommitted }));
}
