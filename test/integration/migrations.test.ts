import { readFile, writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { migrate } from "../../control-plane/src/adapters/pg/migrate.ts";
import { createWorkQueue } from "../../control-plane/src/adapters/pg/work-queue.ts";
import { testDatabase } from "../support/index.ts";
import { describeSchema } from "../support/schema.ts";

const golden = new URL("../../control-plane/schema.txt", import.meta.url);

test("the schema is the one that was reviewed", async () => {
  const schema = await describeSchema(await testDatabase());
  if (process.env["UPDATE_GOLDEN"]) await writeFile(golden, schema);
  expect(schema).toBe(await readFile(golden, "utf8"));
});

test("migrators that start together queue up, and a second run has nothing to do", async () => {
  const database = await testDatabase();
  await database.query({ text: "drop schema public cascade; create schema public" });
  const runs = await Promise.all([migrate(database), migrate(database), migrate(database)]);
  expect(runs.filter((done) => done.length > 0)).toHaveLength(1);
  expect(await migrate(database)).toEqual([]);
});

test("a schema that is newer than the program is refused", async () => {
  const database = await testDatabase();
  await database.query({ text: "insert into schema_migrations (name, digest) values ('9999_future.sql', 'x')" });
  await expect(migrate(database)).rejects.toMatchObject({ code: "SCHEMA_NEWER" });
});

test("a migration that has changed since it was applied is refused", async () => {
  const database = await testDatabase();
  await database.query({ text: "update schema_migrations set digest = 'sha256:other'" });
  await expect(migrate(database)).rejects.toMatchObject({ code: "SCHEMA_ALTERED" });
});

test("a key is claimed by one worker at a time, and a lost claim settles nothing", async () => {
  const database = await testDatabase();
  const work = createWorkQueue(database);
  await work.ask("rollout", ["a", "b", "a"]);
  const claims = (await Promise.all([work.claim("rollout", 5, 60_000), work.claim("rollout", 5, 60_000)])).flat();
  expect(claims.map(({ key }) => key).toSorted()).toEqual(["a", "b"]);
  const [first] = claims;
  await database.query({ text: "update work set lease_until = '-infinity'" });
  const [again] = (await work.claim("rollout", 5, 60_000)).filter(({ key }) => key === first!.key);
  expect(again!.leaseEpoch).toBe(first!.leaseEpoch + 1);
  expect(await work.settle(first!, { kind: "done" })).toBe(false);
  expect(await work.settle(again!, { kind: "done" })).toBe(true);
});

test("a request that comes during the work is not lost", async () => {
  const work = createWorkQueue(await testDatabase());
  await work.ask("fleet", ["head"]);
  const [claim] = await work.claim("fleet", 1, 60_000);
  await work.ask("fleet", ["head"]);
  await work.settle(claim!, { kind: "done" });
  expect(await work.claim("fleet", 1, 60_000)).toHaveLength(1);
});
