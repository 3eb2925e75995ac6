import { join, resolve } from "node:path";
import { Secret } from "@drover/kit";
import type { Lifecycle, Log } from "@drover/kit/node";
import { freePort, startNatsServer, startPostgres } from "@drover/tools";
import type { Config } from "../config.ts";
import type { Listener } from "../setting-reader.ts";

/** PostgreSQL as somebody runs it, or our own child under the data directory. */
export async function findPostgres(config: Config, lifecycle: Lifecycle, log: Log): Promise<Secret> {
  if (config.databaseUrl !== undefined) return config.databaseUrl;
  const postgres = await startPostgres({ dataDir: resolve(config.dataDir, "postgres"), durable: true });
  lifecycle.add("embedded PostgreSQL", () => postgres.stop());
  log.info({ port: postgres.port }, "embedded PostgreSQL started");
  return new Secret(postgres.url);
}

/** The port that the embedded nats-server takes. Fixed before its configuration is written, because agents remember it. */
export const chooseNatsListener = async ({ natsListen }: Config): Promise<Listener> =>
  natsListen.port === 0 ? { ...natsListen, port: await freePort() } : natsListen;

/** The URLs of the NATS servers: somebody's, or those of our own child. */
export async function findNats(
  config: Config,
  listener: Listener,
  configFile: string,
  lifecycle: Lifecycle,
  log: Log,
): Promise<readonly string[]> {
  if (config.natsUrls !== undefined) return config.natsUrls;
  const server = await startNatsServer({ configFile, dataDir: join(resolve(config.dataDir), "nats") });
  lifecycle.add("embedded nats-server", () => server.stop());
  const url = `tls://${listener.host}:${listener.port}`;
  log.info({ url }, "embedded nats-server started");
  return [url];
}
