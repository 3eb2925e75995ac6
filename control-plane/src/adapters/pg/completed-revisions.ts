import type { CompletedRevisions } from "../../app/completed-revisions.ts";
import type { Db } from "./database.ts";

export const createCompletedRevisions = (db: Db): CompletedRevisions => ({
  list: (application, environment) => list(db, application, environment),
  whereCompleted: (application, revision, environments) => whereCompleted(db, application, revision, environments),
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
