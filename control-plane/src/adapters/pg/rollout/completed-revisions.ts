import type { CompletedRevisions, MovedPlace } from "../../../app/rollout/completed-revisions.ts";
import type { Db } from "../database.ts";

export const createCompletedRevisions = (db: Db): CompletedRevisions => ({
  list: (application, environment) => list(db, application, environment),
  whereCompleted: (application, revision, environments) => whereCompleted(db, application, revision, environments),
  movedBy: (changeId) => movedBy(db, changeId),
});

const maxRevisions = 500;

async function list(db: Db, application: string, environment: string): Promise<readonly string[]> {
  const { rows } = await db.query<{ revision: string }>({
    name: "completed-list",
    text: `select revision from rollouts
            where application = $1 and environment = $2 and scope = 'Environment' and phase = 'Completed'
            group by revision order by max(finished_at) desc, revision limit $3`,
    values: [application, environment, maxRevisions],
  });
  return rows.map(({ revision }) => revision);
}

async function whereCompleted(db: Db, application: string, revision: string, environments: readonly string[]): Promise<readonly string[]> {
  const { rows } = await db.query<{ environment: string }>({
    name: "completed-where",
    text: `select distinct environment from rollouts
            where application = $1 and revision = $2 and environment = any($3::text[]) and scope = 'Environment' and phase = 'Completed'`,
    values: [application, revision, environments],
  });
  return rows.map(({ environment }) => environment);
}

interface MovedRow {
  readonly change_id: string;
  readonly application: string;
  readonly environment: string;
  readonly revision: string;
  readonly previous_revision: string | null;
  readonly clusters: readonly { readonly name: string; readonly previous_revision: string | null }[] | null;
}

async function movedBy(db: Db, changeId: string): Promise<readonly MovedPlace[]> {
  const { rows } = await db.query<MovedRow & Record<string, unknown>>({
    name: "completed-moved-by",
    text: `select distinct on (r.change_id, r.application, r.environment, r.scope) r.change_id, r.application, r.environment, r.revision, r.previous_revision,
                  case when r.scope = 'Clusters' then (
                    select jsonb_agg(jsonb_build_object('name', c.name, 'previous_revision', t.previous_content ->> 'revision') order by c.name)
                      from rollout_targets t join clusters c on c.id = t.cluster_id where t.rollout_id = r.id and t.state <> 'left') end as clusters
             from rollouts r where (r.change_id = $1 or length($1) >= 7 and starts_with(r.change_id, $1)) and r.kind = 'Rollout'
            order by r.change_id, r.application, r.environment, r.scope, r.created_at desc`,
    values: [changeId],
  });
  return rows.map(({ change_id, previous_revision, clusters, ...row }) => ({
    ...row,
    changeId: change_id,
    previousRevision: previous_revision ?? undefined,
    clusters: clusters?.map(({ name, ...cluster }) => ({ name, previousRevision: cluster.previous_revision ?? undefined })),
  }));
}
