import { execFile } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { DroverError } from "@drover/kit";
import { type Client, createClient } from "@drover/proto/rest";
import { type ServerProcess, startServerProcess } from "@drover/tools";
import { Agent, fetch as undiciFetch } from "undici";
import type { Credentials } from "./git/checkout.ts";
import { credentialsRef } from "./git/fleet-repository.ts";
import { programs } from "./programs.ts";
import { never, notYet, right, waitUntil } from "./wait-until.ts";

export interface ControlPlaneOptions {
  readonly dataDir: string;
  readonly logFile: string;
  readonly databaseUrl: string;
  readonly fleetRepository: string;
  readonly git: { readonly credentials: Credentials; readonly port: number };
  readonly webhookSecret: string;
  readonly ports: { readonly api: number; readonly grpc: number; readonly nats: number };
}

export interface ControlPlane {
  readonly apiUrl: string;
  /** `host:port`, over TLS. */
  readonly grpc: string;
  /** Of the first administrator; written by the first start. */
  readonly tokenFile: string;
  readonly caFile: string;
  /** For the nats-server that somebody else runs. */
  readonly natsConfigFile: string;
  /** Starts it and waits until it is ready for requests. */
  start(signal: AbortSignal): Promise<void>;
  /** SIGKILL, as a crash would be. */
  kill(): Promise<void>;
  stop(): Promise<void>;
  /** Of the process that was started last. */
  pid(): number | undefined;
  /** A client with the rights of the administrator, once it has been started. The signal ends its requests. */
  client(signal: AbortSignal): Promise<Client>;
}

const bootstrapTimeoutMs = 60_000;
const readyDeadlineMs = 60_000;
const stopGraceMs = 10_000;
const requestTimeoutMs = 30_000;

/** Writes its settings, makes keys, certificates and NATS configuration, and answers how to start it. Nothing runs yet. */
export async function prepareControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const { dataDir, logFile, ports } = options;
  await writeSecrets(options);
  const env = settings(options);
  await bootstrap(env);

  const apiUrl = `https://127.0.0.1:${ports.api}`;
  const caFile = join(dataDir, "tls/ca.crt");
  const tokenFile = join(dataDir, "admin-token");
  const trusting = await fetchTrusting(caFile);
  let server: ServerProcess | undefined;
  return {
    apiUrl,
    grpc: `127.0.0.1:${ports.grpc}`,
    tokenFile,
    caFile,
    natsConfigFile: join(dataDir, "nats/nats.conf"),
    start: async (signal) => {
      server = startServerProcess({
        name: "the control plane",
        file: process.execPath,
        args: [programs.controlPlane, "server"],
        logFile,
        env,
        stopSignal: "SIGTERM",
      });
      await untilReady(server, apiUrl, trusting, signal);
    },
    kill: async () => server?.kill(),
    stop: async () => server?.stop(stopGraceMs),
    pid: () => server?.pid,
    client: async (signal) => {
      const token = (await readFile(tokenFile, "utf8")).trim();
      return withDeadline(createClient({ baseUrl: apiUrl, token, fetch: trusting }), signal);
    },
  };
}

const secretsFolder = (dataDir: string): string => join(dataDir, "secrets");

/** As they would be mounted from Secrets. */
async function writeSecrets({ dataDir, git, webhookSecret }: ControlPlaneOptions): Promise<void> {
  const folder = join(secretsFolder(dataDir), credentialsRef);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(join(folder, "username"), git.credentials.username, { mode: 0o600 });
  await writeFile(join(folder, "password"), git.credentials.password, { mode: 0o600 });
  await writeFile(join(secretsFolder(dataDir), "webhook"), webhookSecret, { mode: 0o600 });
}

/** All that it hears of the person's environment is where programs are: their own DROVER_* settings are for their own server. */
const settings = ({ dataDir, databaseUrl, fleetRepository, git, ports }: ControlPlaneOptions): NodeJS.ProcessEnv => ({
  PATH: process.env["PATH"],
  HOME: process.env["HOME"],
  DATABASE_URL: databaseUrl,
  DROVER_DATA_DIR: dataDir,
  DROVER_LISTEN: `127.0.0.1:${ports.api}`,
  DROVER_GRPC_LISTEN: `127.0.0.1:${ports.grpc}`,
  DROVER_NATS_LISTEN: `127.0.0.1:${ports.nats}`,
  DROVER_NATS_URLS: `tls://127.0.0.1:${ports.nats}`,
  DROVER_FLEET_REPOSITORY: fleetRepository,
  DROVER_FLEET_CREDENTIALS_REF: credentialsRef,
  DROVER_CREDENTIALS_DIR: secretsFolder(dataDir),
  DROVER_EGRESS_ALLOW: `127.0.0.1:${git.port}`,
  DROVER_WEBHOOK_SECRET_FILE: join(secretsFolder(dataDir), "webhook"),
});

async function bootstrap(env: NodeJS.ProcessEnv): Promise<void> {
  try {
    const options = { env, timeout: bootstrapTimeoutMs, killSignal: "SIGKILL" } as const;
    await promisify(execFile)(process.execPath, [programs.controlPlane, "bootstrap"], options);
  } catch (cause) {
    const words = (cause as { readonly stderr?: string }).stderr?.trim() || (cause as Error).message;
    throw new DroverError("unavailable", "BOOTSTRAP_FAILED", `drover bootstrap failed: ${words}`);
  }
}

/** undici's own fetch: the built-in one cannot be told which authority to trust. */
async function fetchTrusting(caFile: string): Promise<typeof fetch> {
  const dispatcher = new Agent({ connect: { ca: await readFile(caFile, "utf8") }, keepAliveTimeout: 1_000 });
  return ((url: string, init: object) => undiciFetch(url, { ...init, dispatcher })) as unknown as typeof fetch;
}

function withDeadline(client: Client, stopping: AbortSignal): Client {
  const call = (operationId: string, input: object = {}): unknown => {
    const signal = AbortSignal.any([stopping, AbortSignal.timeout(requestTimeoutMs)]);
    return (client as (id: string, input: object) => unknown)(operationId, { signal, ...input });
  };
  return call as Client;
}

const untilReady = (server: ServerProcess, apiUrl: string, trusting: typeof fetch, signal: AbortSignal): Promise<void> =>
  waitUntil({
    expected: "the control plane is ready",
    withinMs: readyDeadlineMs,
    signal,
    look: async () => {
      const end = server.hasEnded();
      if (end !== undefined) return never(`it ${end}; ${server.lastWords()}`);
      const answer = await trusting(`${apiUrl}/readyz?verbose`, { signal: AbortSignal.timeout(requestTimeoutMs) });
      const text = await answer.text();
      return answer.ok ? right(undefined) : notYet(`${answer.status} ${text.trim()}`);
    },
  });
