import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Lifecycle } from "@drover/kit/node";
import { freePorts, kubernetesPrograms, locateAll, startPostgres } from "@drover/tools";
import { consoleSite } from "./console-site.ts";
import { createBroker } from "./broker.ts";
import { agentBundle } from "./clusters/agent-bundle.ts";
import { planFleet } from "./clusters/fleet-plan.ts";
import { prepareControlPlane } from "./control-plane.ts";
import { createAgents } from "./enrol.ts";
import { startRepositories } from "./git/repositories.ts";
import type { Options } from "./options.ts";
import type { Progress } from "./progress.ts";
import { startClusters } from "./start-clusters.ts";
import type { World } from "./world.ts";

interface Surroundings {
  /** Private to this user, empty. */
  readonly folder: string;
  /** Learns how to stop each part as soon as it runs; its order of stopping is the reverse of this function. */
  readonly lifecycle: Lifecycle;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** Starts everything but the agents, which enrolment starts. All of it listens on 127.0.0.1. */
export async function startFleet(options: Options, surroundings: Surroundings): Promise<World> {
  const { folder, lifecycle, progress, signal } = surroundings;
  const logs = join(folder, "logs");
  await mkdir(logs, { mode: 0o700 });
  await findPrograms(options, progress);
  const bundle = await progress.during("agent bundled to one file", agentBundle);
  await progress.during("console", consoleSite);
  const ports = await choosePorts(options.ports);
  signal.throwIfAborted();

  const clusters = await startClusters(planFleet(options.clusters, options.kubernetes), surroundings);
  signal.throwIfAborted();

  const git = await progress.during("git host", () => startRepositories(folder, logs, ports.git));
  lifecycle.add("git host", git.stop);

  const postgresFolder = join(folder, "postgres");
  const postgres = await progress.during("PostgreSQL", () =>
    startPostgres({ dataDir: postgresFolder, port: ports.postgres, durable: true }),
  );
  lifecycle.add("PostgreSQL", postgres.stop);
  signal.throwIfAborted();

  const webhookSecret = randomBytes(24).toString("base64url");
  const controlPlane = await progress.during("keys, certificates and NATS accounts", () =>
    prepareControlPlane({
      dataDir: join(folder, "control-plane"),
      logFile: join(logs, "control-plane.log"),
      databaseUrl: postgres.url,
      fleetRepository: git.fleetUrl,
      git,
      webhookSecret,
      ports,
    }),
  );

  const broker = createBroker(controlPlane.natsConfigFile, logs);
  await progress.during("nats-server", broker.start);
  lifecycle.add("nats-server", broker.stop);

  lifecycle.add("control plane", controlPlane.stop);
  await progress.during("control plane", () => controlPlane.start(signal));
  await git.announceTo(`${controlPlane.apiUrl}/v1/webhooks/github`, webhookSecret, controlPlane.caFile);

  const agents = createAgents(controlPlane, bundle, logs);
  lifecycle.add("agents", agents.stop);
  const api = await controlPlane.client(signal);
  return {
    api,
    clusters,
    enrol: (cluster) => agents.enrol(api, cluster),
    applicationRepository: git.application,
    fleetRepository: git.fleet,
    gitHost: git,
    controlPlane,
    broker,
    commits: new Map(),
    ids: new Map(),
    signal,
  };
}

async function findPrograms({ kubernetes }: Options, progress: Progress): Promise<void> {
  const needed = ["nats-server", ...(kubernetes > 0 ? kubernetesPrograms : [])] as const;
  await progress.during("programs found", () => locateAll(needed, { progress: progress.line }));
}

async function choosePorts(given: Options["ports"]): Promise<{ readonly [Name in keyof Options["ports"]]: number }> {
  const [api, grpc, nats, postgres, git] = (await freePorts(5)) as [number, number, number, number, number];
  return {
    api: given.api ?? api,
    grpc: given.grpc ?? grpc,
    nats: given.nats ?? nats,
    postgres: given.postgres ?? postgres,
    git: given.git ?? git,
  };
}
