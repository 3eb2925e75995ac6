import type { QuarantineStore, QuarantineToCommit } from "../../../app/rollback/quarantines.ts";
import type { Scope } from "../../../domain/placement/plan.ts";
import type { Problem } from "../../../domain/release/release.ts";
import type { Database, Db } from "../database.ts";
import { recordEvents } from "../history/event-log.ts";
import { addIntent } from "../fleet/intents.ts";

export const createQuarantineStore = (database: Database): QuarantineStore => ({
  loadToCommit: (id) => loadToCommit(database, id),
  submit: (id, intent, caller) =>
    database.transaction(async (tx) => {
      if (await noteIntent(tx, id, intent.id)) await addIntent(tx, intent, caller);
    }),
  failed: (id, problem) => database.transaction((tx) => noteProblem(tx, id, problem)),
  committed: (id) => database.transaction((tx) => commit(tx, id)),
});

interface Row {
  readonly application: string;
  readonly environment: string;
  readonly revision: string;
  readonly returns_to: string;
  readonly reason: string;
  readonly scope: Scope;
  readonly intent_id: string | null;
  readonly attempts: number;
  readonly clusters: readonly { readonly name: string; readonly returns_to: string | null }[];
}

async function loadToCommit(db: Db, id: string): Promise<QuarantineToCommit | undefined> {
  const { rows } = await db.query<Row & Record<string, unknown>>({
    name: "quarantine-to-commit",
    text: `select q.application, q.environment, q.revision, q.returns_to, q.reason, r.scope, q.intent_id, q.attempts,
                  case when r.scope = 'Clusters' then coalesce((
                    select jsonb_agg(jsonb_build_object('name', c.name, 'returns_to', t.previous_content ->> 'revision'))
                      from rollout_targets t join clusters c on c.id = t.cluster_id where t.rollout_id = r.id), '[]') else '[]' end as clusters
             from quarantines q join rollouts r on r.id = q.rollout_id
            where q.id = $1 and q.kind = 'Revision' and q.state = 'InForce'`,
    values: [id],
  });
  const row = rows[0];
  if (row === undefined) return undefined;
  const { application, environment, revision, reason, scope, attempts } = row;
  return {
    id,
    application,
    environment,
    revision,
    reason,
    scope,
    attempts,
    returnsTo: row.returns_to,
    intentId: row.intent_id ?? undefined,
    clusters: row.clusters.map(({ returns_to, ...cluster }) => ({ ...cluster, returnsTo: returns_to ?? undefined })),
  };
}

async function noteIntent(tx: Db, id: string, intentId: string): Promise<boolean> {
  const { rowCount } = await tx.query({
    name: "quarantine-submit",
    text: "update quarantines set intent_id = $2 where id = $1 and state = 'InForce'",
    values: [id, intentId],
  });
  return rowCount === 1;
}

async function noteProblem(tx: Db, id: string, problem: Problem): Promise<void> {
  const { rows } = await tx.query<{ application: string; revision: string }>({
    name: "quarantine-failed",
    text: `update quarantines set intent_id = null, attempts = attempts + 1, problem = $2 where id = $1 and state = 'InForce'
           returning application, revision`,
    values: [id, JSON.stringify(problem)],
  });
  await recordEvents(
    tx,
    rows.map(({ application, revision }) => ({
      kind: "QuarantineFailed",
      subject: `applications/${application}`,
      body: { id, application, revision, problem },
    })),
  );
}

async function commit(tx: Db, id: string): Promise<void> {
  const { rows } = await tx.query<{ application: string; revision: string }>({
    name: "quarantine-commit",
    text: `update quarantines set state = 'Committed', problem = null where id = $1 and state = 'InForce'
           returning application, revision`,
    values: [id],
  });
  await recordEvents(
    tx,
    rows.map(({ application, revision }) => ({
      kind: "QuarantineCommitted",
      subject: `applications/${application}`,
      body: { id, application, revision },
    })),
  );
}
