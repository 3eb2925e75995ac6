import { readFile, readdir } from "node:fs/promises";
import { DroverError } from "@drover/kit";
import { digestOfBytes } from "@drover/proto/wire";
import type { Database, Db } from "./database.ts";

const folder = new URL("../../../migrations/", import.meta.url);

/** Any number, the same in every replica: migrators queue up behind it. */
const migrationLock = 4_918_302_117;

/**
 * Brings the schema forward. Replicas that start together wait for one another. A schema that is newer than this program,
 * or an applied file that has changed since, is refused.
 */
export async function migrate(database: Database): Promise<readonly string[]> {
  const files = await readMigrations();
  return database.transaction(async (tx) => {
    await tx.query({ text: "select pg_advisory_xact_lock($1)", values: [migrationLock] });
    await tx.query({
      text: `create table if not exists schema_migrations (
               name text primary key, digest text not null, applied_at timestamptz not null default now())`,
    });
    const applied = await appliedMigrations(tx);
    const unknown = [...applied.keys()].find((name) => !files.has(name));
    if (unknown !== undefined)
      throw new DroverError(
        "wrong-state",
        "SCHEMA_NEWER",
        `migrate: the database has ${unknown}, which this program does not know; run a newer program`,
      );
    const done: string[] = [];
    for (const [name, file] of files) {
      const before = applied.get(name);
      if (before !== undefined && before !== file.digest)
        throw new DroverError(
          "wrong-state",
          "SCHEMA_ALTERED",
          `migrate: ${name} has changed since it was applied; add a new migration instead`,
        );
      if (before !== undefined) continue;
      await tx.query({ text: file.sql });
      await tx.query({ text: "insert into schema_migrations (name, digest) values ($1, $2)", values: [name, file.digest] });
      done.push(name);
    }
    return done;
  });
}

async function readMigrations(): Promise<Map<string, { sql: string; digest: string }>> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".sql")).sort();
  const files = new Map<string, { sql: string; digest: string }>();
  for (const name of names) {
    const sql = await readFile(new URL(name, folder), "utf8");
    files.set(name, { sql, digest: digestOfBytes(sql) });
  }
  return files;
}

async function appliedMigrations(tx: Db): Promise<Map<string, string>> {
  const { rows } = await tx.query<{ name: string; digest: string }>({ text: "select name, digest from schema_migrations order by name" });
  return new Map(rows.map(({ name, digest }) => [name, digest]));
}
