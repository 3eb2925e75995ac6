import type { Db } from "../../control-plane/src/adapters/pg/database.ts";

/** The schema as text, one line a column, constraint and index: what a reviewer wants to see changed. */
export async function describeSchema(db: Db): Promise<string> {
  const { rows } = await db.query<{ line: string }>({
    text: `select format('%s.%s %s%s%s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
                         case when a.attnotnull then ' not null' else '' end,
                         coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '')) as line, c.relname, 0 as part, a.attnum as n
             from pg_class c join pg_namespace s on s.oid = c.relnamespace and s.nspname = 'public'
             join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
             left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
            where c.relkind = 'r'
           union all
           select format('%s constraint %s %s', c.relname, k.conname, pg_get_constraintdef(k.oid)), c.relname, 1, row_number() over (order by k.conname)
             from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace s on s.oid = c.relnamespace and s.nspname = 'public'
            where k.contype <> 'n'
           union all
           select i.indexdef, i.tablename, 2, row_number() over (order by i.indexname) from pg_indexes i where i.schemaname = 'public'
            order by 2, 3, 4`,
  });
  return `${rows.map(({ line }) => line).join("\n")}\n`;
}
