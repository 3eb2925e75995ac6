const columns =
  "cluster_id, environment, healthy, progressing, degraded, suspended, missing, unknown, synced, out_of_sync, statuses, drifted";
const numbers = columns.split(", ").slice(2);

/**
 * SQL, common table expressions: counts the statuses that clusters have after this report. Of `reported`, which has them whole; what was
 * not `known` keeps the status it had. Only rows that say something new are written: most reports say the same again.
 */
export const countStatuses = (clusters: string): string => `
  kept as (
    select cluster_id, coalesce(environment, '') as environment,
           case when known then health else was_health end as health, case when known then sync else was_sync end as sync,
           case when known then drifted else was_drifted end as drifted
      from reported where known or not first),
  counted as (
    select cluster_id, environment,
           ${["Healthy", "Progressing", "Degraded", "Suspended", "Missing", "Unknown"].map((word) => `count(*) filter (where health = '${word}') as ${word.toLowerCase()}`).join(", ")},
           count(*) filter (where sync = 'Synced') as synced, count(*) filter (where sync = 'OutOfSync') as out_of_sync,
           count(*) as statuses, sum(drifted) as drifted
      from kept group by 1, 2),
  recounted as (
    insert into cluster_totals (${columns})
    select ${columns} from counted
     where not exists (select from cluster_totals t
                        where t.cluster_id = counted.cluster_id and t.environment = counted.environment
                          and (${numbers.map((name) => `t.${name}`).join(", ")}) = (${numbers.map((name) => `counted.${name}`).join(", ")}))
     order by cluster_id, environment
    on conflict (cluster_id, environment) do update
      set ${numbers.map((name) => `${name} = excluded.${name}`).join(", ")}),
  uncounted as (
    delete from cluster_totals t
     where t.cluster_id = any(${clusters})
       and not exists (select from counted c where c.cluster_id = t.cluster_id and c.environment = t.environment))`;
