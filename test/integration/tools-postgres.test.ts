import { chmod, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Postgres, startPostgres } from "@drover/tools";
import { Client } from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";

let folder: string;
let dataDir: string;
let running: Postgres | undefined;

// A private folder, as everything below /root or a fresh mkdtemp is. PostgreSQL's own user cannot walk through it when we are root.
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "drover-postgres-"));
  await chmod(folder, 0o700);
  dataDir = join(folder, "below", "database");
});
afterEach(async () => {
  await running?.kill();
  await rm(folder, { recursive: true, force: true });
});

async function start(port?: number): Promise<Postgres> {
  running = await startPostgres({ dataDir, durable: false, ...(port === undefined ? {} : { port }) });
  return running;
}

async function query(url: string, text: string): Promise<readonly unknown[]> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

test("a database keeps its content, port and password over a stop and over a kill in the middle of a session", async () => {
  const first = await start();
  await query(first.url, "create table kept (x int)");
  await first.stop();

  const second = await start(first.port);
  expect(second.url).toBe(first.url);
  await query(second.url, "insert into kept values (1)");
  const session = new Client(second.url);
  session.on("error", () => undefined);
  await session.connect();
  const asleep = session.query("select pg_sleep(600)");
  await Promise.all([second.kill(), expect(asleep).rejects.toThrow("terminated")]);

  const third = await start(first.port);
  expect(await query(third.url, "select x from kept")).toEqual([{ x: 1 }]);
  await third.stop();
});

test("a lock file of a dead server whose process number is somebody else's now does not stop the next one", async () => {
  const other = await startPostgres({ dataDir: join(folder, "other"), durable: false });
  const first = await start();
  await first.stop();
  await writeFile(join(dataDir, "data", "postmaster.pid"), `${other.pid}\n/elsewhere\n1700000000\n5432\n\n127.0.0.1\n`);
  const second = await start();
  expect(await query(second.urlOf("template1"), "select 1 as one")).toEqual([{ one: 1 }]);
  await other.stop();
});

test("the password is needed and nobody else can read it", async () => {
  const postgres = await start();
  await expect(query(postgres.url.replace(/:[^:@]+@/, ":guess@"), "select 1")).rejects.toThrow("password authentication failed");
  expect((await stat(join(dataDir, "password"))).mode & 0o777).toBe(0o600);
  expect((await stat(dataDir)).mode & 0o777).toBe(0o700);
});
