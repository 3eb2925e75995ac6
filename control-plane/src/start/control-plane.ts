import { type Lifecycle, type Log, systemClock } from "@drover/kit/node";
import { createDatabase } from "../adapters/pg/database.ts";
import { countFleet } from "../adapters/pg/fleet/fleet-counts.ts";
import { migrate } from "../adapters/pg/migrate.ts";
import { createMetrics } from "../adapters/telemetry/metrics.ts";
import type { Config } from "../config.ts";
import { startApi } from "./api.ts";
import { chooseNatsListener, findNats, findPostgres } from "./embedded.ts";
import { openInstallation, places } from "./installation.ts";
import { openSources } from "./sources.ts";
import { createLinks, startAccountGuard, startIngest, startPublisher, startQuestions } from "./transport.ts";
import { startWorkers } from "./workers.ts";

/** Where a started control plane is reached. Ports are 0 when this replica has not the role `api`. */
export interface Running {
  readonly restPort: number;
  readonly grpcPort: number;
  readonly natsUrls: readonly string[];
  readonly tokenFile: string;
  readonly caFile: string;
  readonly fleetRepository: string;
}

const connections = 20;

/** Starts what this replica's roles say, in the order in which each part needs the ones before. `lifecycle` stops it in reverse. */
export async function startControlPlane(config: Config, version: string, lifecycle: Lifecycle, log: Log): Promise<Running> {
  const database = createDatabase({ url: await findPostgres(config, lifecycle, log), connections });
  lifecycle.add("database", () => database.close());
  const migrations = await migrate(database);
  log.info({ migrations }, "schema is up to date");

  const natsListener = await chooseNatsListener(config);
  const installation = await openInstallation(config, natsListener);
  const natsUrls = await findNats(config, natsListener, installation.natsConfigFile, lifecycle, log);

  const metrics = createMetrics({ version, count: () => countFleet(database) });
  const sources = await openSources(config, database, lifecycle, log);
  const connected = { installation, urls: natsUrls, database, metrics, lifecycle, log };
  const transport = { ...connected, links: createLinks(connected) };
  const guard = startAccountGuard(transport);
  if (config.roles.has("ingest")) startIngest(transport);
  if (config.roles.has("publisher")) startPublisher(transport);
  await startWorkers({ roles: config.roles, database, sources, publicUrl: config.publicUrl, metrics, lifecycle, log });

  const agentUrls = config.natsPublicUrls ?? natsUrls;
  const listening = config.roles.has("api")
    ? await startApi({ ...transport, config, version, natsUrls: agentUrls, sources, guard, questions: startQuestions(transport) })
    : { restPort: 0, grpcPort: 0 };
  log.info({ roles: [...config.roles], ...listening, startedAt: systemClock.now() }, "control plane started");
  return {
    ...listening,
    natsUrls,
    tokenFile: places(config).adminToken,
    caFile: installation.certificates.caFile,
    fleetRepository: sources.repository.repository,
  };
}
