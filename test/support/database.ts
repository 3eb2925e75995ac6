import { randomBytes } from "node:crypto";
import { Secret } from "@drover/kit";
import { inject, onTestFinished } from "vitest";
import { createDatabase, type Database } from "../../control-plane/src/adapters/pg/database.ts";

export const templateName = "drover_template";

export interface TestDatabase extends Database {
  readonly url: Secret;
}

/** A database of its own with the newest schema, dropped when the test ends. Call it inside a test. */
export async function testDatabase(): Promise<TestDatabase> {
  const { database, drop } = await createTestDatabase();
  onTestFinished(drop);
  return database;
}

/** The same for `beforeAll`: whoever asked drops it. */
export async function createTestDatabase(): Promise<{ readonly database: TestDatabase; readonly drop: () => Promise<void> }> {
  const name = `test_${randomBytes(6).toString("hex")}`;
  const postgresUrl = inject("postgresUrl");
  await administer(postgresUrl, `create database ${name} template ${templateName} strategy file_copy`);
  const url = new URL(postgresUrl);
  url.pathname = `/${name}`;
  const secret = new Secret(url.toString());
  const database = { ...createDatabase({ url: secret, connections: 8 }), url: secret };
  return {
    database,
    drop: async () => {
      await database.close();
      await administer(postgresUrl, `drop database ${name} with (force)`);
    },
  };
}

async function administer(url: string, text: string): Promise<void> {
  const administration = createDatabase({ url: new Secret(url), connections: 1 });
  try {
    await administration.query({ text });
  } finally {
    await administration.close();
  }
}
