import type { ClusterId } from "@drover/kit";
import type { Db } from "../database.ts";

const words = ["Healthy", "Progressing", "Degraded", "Suspended", "Missing", "Unknown"];
const numbers = [...words.map((word) => word.toLowerCase()), "synced", "out_of_sync", "statuses", "drifted"];
const columns = ["cluster_id", "environment", ...numbers].join(", ");

const health = words.map((word) => ({ name: word.toLowerCase(), column: "health", word }));
const sync = [
  { name: "synced", column: "sync", word: "Synced" },
  { name: "out_of_sync", column: "sync", word: "OutOfSync" },
];
const turns = [...health, ...sync].map(
  ({ name, column, word }) =>
    `count(*) filter (where ${column} = '${word}') - count(*) filter (where was_${column} = '${word}') as ${name}`,
);

/**
 * SQL, common table expressions: takes the statuses in `reported` that count otherwise than before from one number to another. Their
 * assignments, and so the environments that they count for, are those of the last time; clusters of which that is not certain are counted anew.
 */
export const turnTotals = `
  turned as (
    select cluster_id, coalesce(environment, '') as environment, ${turns.join(", ")},
           count(*) filter (where first) as statuses, sum(drifted - coalesce(was_drifted, 0)) as drifted
      from reported where known and recounts and not whole group by 1, 2),
  retotalled as (
    update cluster_totals t set ${numbers.map((name) => `${name} = t.${name} + n.${name}`).join(", ")}
      from turned n where t.cluster_id = n.cluster_id and t.environment = n.environment)`;

/** Counts the statuses that clusters have now, by the environment that each is wanted by. After they were stored, in the same transaction. */
export async function countStatuses(tx: Db, clusters: readonly ClusterId[]): Promise<void> {
  if (clusters.length === 0) return;
  await tx.query({
    name: "cluster-totals-count",
    text: `with counted as materialized (
             select s.cluster_id, coalesce(a.environment, '') as environment,
                    ${words.map((word) => `count(*) filter (where s.health = '${word}') as ${word.toLowerCase()}`).join(", ")},
                    count(*) filter (where s.sync = 'Synced') as synced, count(*) filter (where s.sync = 'OutOfSync') as out_of_sync,
                    count(*) as statuses, sum(s.drifted) as drifted
               from statuses s left join assignments a on a.cluster_id = s.cluster_id and a.application = s.application
              where s.cluster_id = any($1) group by 1, 2),
           recounted as (
             insert into cluster_totals (${columns})
             select ${columns} from counted order by cluster_id, environment
             on conflict (cluster_id, environment) do update
               set ${numbers.map((name) => `${name} = excluded.${name}`).join(", ")}
             where (${numbers.map((name) => `cluster_totals.${name}`).join(", ")}) <> (${numbers.map((name) => `excluded.${name}`).join(", ")}))
           delete from cluster_totals t
            where t.cluster_id = any($1)
              and not exists (select from counted c where c.cluster_id = t.cluster_id and c.environment = t.environment)`,
    values: [clusters],
  });
}
