import { mkdtemp, rm, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Secret } from "@drover/kit";
import { startKubernetes, startPostgres } from "@drover/tools";
import type { TestProject } from "vitest/node";
import { createDatabase } from "../../control-plane/src/adapters/pg/database.ts";
import { migrate } from "../../control-plane/src/adapters/pg/migrate.ts";
import { bundleCli } from "./bundle-cli.ts";
import { bundleControlPlane } from "./bundle-control-plane.ts";
import { buildConsole } from "./console/build.ts";
import { templateName } from "./database.ts";
import { offerOnDemand } from "./on-demand.ts";

declare module "vitest" {
  interface ProvidedContext {
    readonly postgresUrl: string;
    readonly sharedSocket: string;
  }
}

/**
 * One PostgreSQL for the whole run, with a migrated template that each test database is copied from in about 15 ms. What only some tests need
 * is made when one of them asks for it (`shared.ts`).
 */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(join(await roomyFolder(), "drover-test-postgres-"));
  // Several tests at once, each with a pool of twenty in every replica. A connection that lives for seconds plans a statement once, not for
  // each of its first five uses: planning was two thirds of PostgreSQL's work here.
  const settings = { max_connections: "200", shared_buffers: "64MB", max_wal_size: "256MB", plan_cache_mode: "force_generic_plan" };
  const postgres = await startPostgres({ dataDir, durable: false, settings });
  const administration = createDatabase({ url: new Secret(postgres.url), connections: 1 });
  await administration.query({ text: `create database ${templateName}` });
  await administration.close();
  const template = createDatabase({ url: new Secret(postgres.urlOf(templateName)), connections: 1 });
  await migrate(template);
  await template.close();
  project.provide("postgresUrl", postgres.url);
  const onDemand = await offerOnDemand({
    kubernetes: async (dataDir) => {
      const { stop } = await startKubernetes({ dataDir, name: "shared" });
      return { place: dataDir, stop };
    },
    cli: async (folder) => ({ place: await bundleCli(folder), stop: async () => {} }),
    console: async (folder) => ({ place: await buildConsole(folder), stop: async () => {} }),
    "control-plane": async (folder) => ({ place: await bundleControlPlane(folder), stop: async () => {} }),
  });
  project.provide("sharedSocket", onDemand.socketPath);
  return async () => {
    await onDemand.stop();
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
}

const memory = "/dev/shm";
const enough = 2 * 1024 ** 3;

/** In memory where there is room: on a disk, files of a thousand databases that come and go take a third of all processor time. */
async function roomyFolder(): Promise<string> {
  const { bavail, bsize } = await statfs(memory).catch(() => ({ bavail: 0, bsize: 0 }));
  return bavail * bsize >= enough ? memory : tmpdir();
}
