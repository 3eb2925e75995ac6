import { workChannel } from "../../../control-plane/src/adapters/pg/work-queue.ts";
import type { TestDatabase } from "../../support/database.ts";

/** What says who somebody is, or which replica works on something, does not grow older with the fleet. */
const ageless = [
  "api_tokens",
  "clusters",
  "cluster_reports",
  "enrolment_tokens",
  "envelopes",
  "idempotency_keys",
  "nats_accounts",
  "nonces",
  "schema_migrations",
  "sources",
];

/** Time as the control plane remembers it. */
export interface Time {
  /**
   * Lets a duration pass at once: everything that the control plane remembers happened that much earlier, and what was due by then is due now.
   * Only clusters that are not linked were last heard of earlier.
   */
  pass(ms: number, linked: readonly string[]): Promise<void>;
}

export async function createTime(database: TestDatabase): Promise<Time> {
  const { rows } = await database.query<{ table_name: string; columns: string[] }>({
    text: `select table_name::text, array_agg(column_name::text) as columns from information_schema.columns
            where table_schema = 'public' and data_type = 'timestamp with time zone' and column_name not like 'lease%'
              and table_name <> all($1)
            group by table_name`,
    values: [ageless],
  });
  // Work is due last, when all that it will look at has aged.
  const tables = rows.toSorted((a, b) => Number(a.table_name === "work") - Number(b.table_name === "work"));
  const earlier = (column: string): string => `${column} = ${column} - $1::double precision * interval '1 millisecond'`;
  return {
    async pass(ms, linked) {
      for (const { table_name, columns } of tables) {
        if (table_name === "work")
          await database.query({
            text: `update cluster_reports set ${earlier("seen_at")} where cluster_id <> all($2)`,
            values: [ms, linked],
          });
        await database.query({ text: `update ${table_name} set ${columns.map(earlier).join(", ")}`, values: [ms] });
      }
      await database.query({
        text: `update settings set value = to_jsonb((value #>> '{}')::timestamptz - $1::double precision * interval '1 millisecond')
                where key = 'history.begins'`,
        values: [ms],
      });
      await database.query({ text: `select pg_notify('${workChannel}', queue) from (select distinct queue from work) queues` });
    },
  };
}
