import pg from "pg";
import type { Bench } from "../harness/bench.ts";
import type { Installation } from "../installation/start-installation.ts";

/** What the whole control plane has asked of PostgreSQL so far. */
export interface DatabaseWork {
  readonly statements: number;
  /** Of write-ahead log: what has to reach the disk. */
  readonly walBytes: number;
}

/** Counts between two calls belong to what ran between them. */
export async function createDatabaseCounter({ lifecycle }: Bench, { postgres }: Installation): Promise<() => Promise<DatabaseWork>> {
  const client = new pg.Client(postgres.url);
  await client.connect();
  lifecycle.add("connection of the counter", () => client.end());
  await client.query("create extension if not exists pg_stat_statements");
  return async () => {
    const { rows } = await client.query<{ statements: string; wal: string }>(
      `select (select sum(calls) from pg_stat_statements) as statements, pg_current_wal_lsn() - '0/0'::pg_lsn as wal`,
    );
    return { statements: Number(rows[0]?.statements), walBytes: Number(rows[0]?.wal) };
  };
}
