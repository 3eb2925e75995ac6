import type { TestDatabase } from "./database.ts";

/** A copy of every table as of one moment, such as a backup has. */
export interface Backup {
  /** Puts every row back, as if nothing had happened since. */
  restore(): Promise<void>;
}

export async function backUp(database: TestDatabase): Promise<Backup> {
  const { rows: tables } = await database.query<{ name: string; columns: string }>({
    text: `select table_name as name, string_agg(quote_ident(column_name), ', ') as columns from information_schema.columns
            where table_schema = 'public' and is_generated = 'NEVER' group by table_name`,
  });
  // One statement sees one moment, while the control plane goes on writing.
  const members = tables.map(({ name }) => `'${name}', (select coalesce(json_agg(t), '[]') from ${name} t)`);
  const { rows } = await database.query<{ copy: Readonly<Record<string, unknown>> }>({
    text: `select json_build_object(${members.join(", ")}) as copy`,
  });
  const copy = rows[0]?.copy ?? {};
  return {
    restore: () =>
      database.transaction(async (tx) => {
        await tx.query({ text: "set local session_replication_role = replica" }); // rows come back in any order
        await tx.query({ text: `truncate ${tables.map(({ name }) => name).join(", ")}` });
        for (const { name, columns } of tables)
          await tx.query({
            text: `insert into ${name} (${columns}) overriding system value select ${columns} from json_populate_recordset(null::${name}, $1::json)`,
            values: [JSON.stringify(copy[name])],
          });
      }),
  };
}
