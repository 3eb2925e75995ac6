import { randomBytes } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Changes, type Checkout, cloneRepository, type ControlPlane, createBroker, prepareControlPlane } from "@drover/demo";
import type { Client } from "@drover/proto/rest";
import { type Delivery, freePorts, type GitHost, locate, type Postgres, startGitHost, startPostgres } from "@drover/tools";
import type { Bench } from "../harness/bench.ts";

/** All of Drover but its agents, each part a process of its own, as `drover demo` runs it. PostgreSQL keeps what it says is committed. */
export interface Installation {
  readonly api: Client;
  readonly controlPlane: ControlPlane;
  readonly postgres: Postgres;
  readonly git: GitHost;
  readonly credentials: { readonly username: string; readonly password: string };
  readonly fleet: Checkout;
  readonly checkouts: Readonly<Record<string, Checkout>>;
  readonly logs: string;
  /** Pushes that the control plane was not told of: it would find them by polling, minutes later. */
  readonly undelivered: readonly Delivery[];
}

interface Content {
  /** Repositories of applications. They are empty. */
  readonly repositories: readonly string[];
  /** The fleet repository, given how repositories are called. */
  readonly fleet: (urlOf: (repository: string) => string) => Changes;
}

export async function startInstallation({ folder, lifecycle, signal }: Bench, content: Content): Promise<Installation> {
  const logs = join(folder, "logs");
  await mkdir(logs, { mode: 0o700 });
  await locate("nats-server");
  const [api, grpc, nats, database] = (await freePorts(4)) as [number, number, number, number];

  const credentials = { username: "bench", password: randomBytes(24).toString("base64url") };
  const undelivered: Delivery[] = [];
  const onDelivery = (delivery: Delivery): void => {
    if (delivery.outcome.kind === "failed" || delivery.outcome.status >= 300) undelivered.push(delivery);
  };
  const git = await startGitHost({ root: join(folder, "git"), credentials, onDelivery });
  lifecycle.add("git host", git.stop);
  const checkout = async (name: string): Promise<Checkout> =>
    cloneRepository(await git.createRepository(name), join(folder, "checkouts", name), credentials);
  const fleet = await checkout("fleet");
  await fleet.push("Begin the fleet", content.fleet(git.cloneUrl));
  const checkouts: Record<string, Checkout> = {};
  for (const repository of content.repositories) checkouts[repository] = await checkout(repository);

  const postgres = await startPostgres({
    dataDir: join(folder, "postgres"),
    port: database,
    durable: true,
    settings: { shared_preload_libraries: "pg_stat_statements" },
  });
  lifecycle.add("PostgreSQL", postgres.stop);
  const webhookSecret = randomBytes(24).toString("base64url");
  const controlPlane = await prepareControlPlane({
    dataDir: join(folder, "control-plane"),
    logFile: join(logs, "control-plane.log"),
    databaseUrl: postgres.url,
    fleetRepository: git.cloneUrl("fleet"),
    git: { credentials, port: git.port },
    webhookSecret,
    ports: { api, grpc, nats },
  });
  const broker = createBroker(controlPlane.natsConfigFile, logs);
  await broker.start();
  lifecycle.add("nats-server", broker.stop);
  lifecycle.add("control plane", controlPlane.stop);
  await controlPlane.start(signal);
  git.addWebhook({
    url: `${controlPlane.apiUrl}/v1/webhooks/github`,
    secret: webhookSecret,
    ca: await readFile(controlPlane.caFile, "utf8"),
  });
  return { api: await controlPlane.client(signal), controlPlane, postgres, git, credentials, fleet, checkouts, logs, undelivered };
}
