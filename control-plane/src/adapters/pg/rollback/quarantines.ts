import type { Digest } from "@drover/proto/wire";
import type { Quarantine } from "@drover/proto/fleet";
import type { Quarantines } from "../../../app/rollback/quarantines.ts";
import { type QuarantineInForce, quarantineOf } from "../../../domain/placement/quarantine.ts";
import type { Db } from "../database.ts";

export const createQuarantines = (db: Db): Quarantines => ({ inForce: (application) => loadInForce(db, application) });

interface Row {
  readonly id: string;
  readonly kind: QuarantineInForce["kind"];
  readonly environment: string;
  readonly revision: string;
  readonly content_digests: readonly Digest[];
  readonly change_id: string;
  readonly reason: string;
}

async function loadInForce(db: Db, application: string): Promise<readonly QuarantineInForce[]> {
  const { rows } = await db.query<Row & Record<string, unknown>>({
    name: "quarantines-in-force",
    text: `select q.id, q.kind, q.environment, q.revision, q.content_digests, r.change_id, q.reason
             from quarantines q join rollouts r on r.id = q.rollout_id
            where q.application = $1 and q.state = 'InForce' order by q.created_at, q.id`,
    values: [application],
  });
  return rows.map(({ id, kind, environment, revision, content_digests, change_id, reason }) =>
    kind === "Revision"
      ? { kind, id, revision, reason }
      : { kind, id, environment, contentDigests: content_digests, changeId: change_id, reason },
  );
}

/** Whether rows or the file refuse the revision; both in one look, since a row ends when its file begins. */
export async function loadQuarantineOf(
  db: Db,
  application: string,
  revision: string,
): Promise<{ readonly revision: string; readonly reason: string } | undefined> {
  const { rows } = await db.query<{ form: Quarantine }>({
    name: "quarantine-of-revision",
    text: `select form from fleet_objects where kind = 'Quarantine' and name = $1 and form is not null
           union all
           select jsonb_build_object('revisions', jsonb_build_array(jsonb_build_object('revision', revision, 'reason', reason)))
             from quarantines where application = $1 and revision = $2 and kind = 'Revision' and state = 'InForce'`,
    values: [application, revision],
  });
  const entry = rows.map(({ form }) => quarantineOf(form, revision)).find((found) => found !== undefined);
  return entry && { revision, reason: entry.reason };
}
