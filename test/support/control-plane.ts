import { execFile } from "node:child_process";
import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Client, createClient } from "@drover/proto/rest";
import { freePort, freePorts, type ServerProcess, startNatsServer, startServerProcess } from "@drover/tools";
import { Agent, fetch as undiciFetch } from "undici";
import { createTestDatabase, type TestDatabase } from "./database.ts";
import { startTestGit, type TestGit, type WorkTree } from "./git-work-tree.ts";
import { shared } from "./shared.ts";
import { waitUntil } from "./wait-until.ts";

export const webhookSecret = "hook secret of the tests";

/** One process of the control plane. */
export interface Replica {
  readonly process: ServerProcess;
  readonly apiUrl: string;
  /** Host and port, with TLS of the installation's authority. */
  readonly grpcAddress: string;
  readonly logFile: string;
  /** Trusts the installation's authority. */
  readonly fetch: typeof fetch;
  /** A client with this token, the first administrator's when absent. */
  client(token?: string): Client;
}

/** A control plane as it runs in production, made of processes: PostgreSQL, nats-server, a git host, and as many replicas as are started. */
export interface TestControlPlane {
  readonly folder: string;
  readonly dataDir: string;
  readonly caFile: string;
  readonly tokenFile: string;
  readonly natsUrl: string;
  readonly database: TestDatabase;
  readonly git: TestGit;
  readonly fleet: WorkTree;
  /** Starts a replica and waits until it is ready; one without the role `api` is not asked. */
  start(env?: Readonly<Record<string, string>>): Promise<Replica>;
  stop(): Promise<void>;
}

/** Bootstrapped, and nothing of the control plane itself runs yet. Its fleet repository is `fleet`, its credentials are called `git-host`. */
export async function prepareControlPlane(): Promise<TestControlPlane> {
  const folder = await mkdtemp(join(tmpdir(), "drover-test-cp-"));
  const dataDir = join(folder, "data");
  const [shipped, { database, drop }, { git, stop: stopGit }, natsPort] = await Promise.all([
    shared("control-plane"),
    createTestDatabase(),
    startTestGit(),
    freePort(),
  ]);
  const program = join(shipped, "main.mjs");
  const fleet = await git.clone("fleet");
  const natsUrl = `tls://127.0.0.1:${natsPort}`;
  const base: Readonly<Record<string, string>> = {
    PATH: process.env["PATH"] ?? "",
    HOME: process.env["HOME"] ?? "",
    NODE_COMPILE_CACHE: `${shipped}-compiled`, // halves the time of a start; the run's own, as its paths are
    DATABASE_URL: database.url.reveal(),
    DROVER_DATA_DIR: dataDir,
    DROVER_NATS_LISTEN: `127.0.0.1:${natsPort}`,
    DROVER_NATS_URLS: natsUrl,
    DROVER_FLEET_REPOSITORY: git.host.cloneUrl("fleet"),
    DROVER_FLEET_CREDENTIALS_REF: "git-host",
    DROVER_CREDENTIALS_DIR: git.credentialsDir,
    DROVER_EGRESS_ALLOW: git.address,
    DROVER_WEBHOOK_SECRET: webhookSecret,
  };
  await promisify(execFile)(process.execPath, [program, "bootstrap"], { env: base, timeout: 60_000 });
  await chmod(folder, 0o755);
  const nats = await startNatsServer({ configFile: join(dataDir, "nats/nats.conf"), dataDir: join(folder, "nats") });
  const caFile = join(dataDir, "tls/ca.crt");
  const tokenFile = join(dataDir, "admin-token");
  const dispatcher = new Agent({ connect: { ca: await readFile(caFile, "utf8") } });
  // undici's own fetch: the built-in one cannot be told which authority to trust.
  const trusting = ((url: string, init: object) => undiciFetch(url, { ...init, dispatcher })) as unknown as typeof fetch;
  const replicas: Replica[] = [];
  let started = 0;

  const start = async (env: Readonly<Record<string, string>> = {}): Promise<Replica> => {
    const name = `replica-${(started += 1)}`;
    const [rest, grpc] = (await freePorts(2)) as [number, number];
    const logFile = join(folder, `${name}.log`);
    const listeners = { DROVER_LISTEN: `127.0.0.1:${rest}`, DROVER_GRPC_LISTEN: `127.0.0.1:${grpc}` };
    const options = { name, file: process.execPath, args: [program, "server"], logFile, stopSignal: "SIGTERM" } as const;
    const server = startServerProcess({ ...options, env: { ...base, ...listeners, ...env } });
    const apiUrl = `https://127.0.0.1:${rest}`;
    const adminToken = await untilStarted(server, logFile, tokenFile);
    const replica: Replica = {
      process: server,
      apiUrl,
      grpcAddress: `127.0.0.1:${grpc}`,
      logFile,
      fetch: trusting,
      client: (token = adminToken) => createClient({ baseUrl: apiUrl, token, fetch: trusting }),
    };
    replicas.push(replica);
    const isReady = async (): Promise<boolean> => server.hasEnded() !== undefined || (await trusting(`${apiUrl}/readyz`)).ok;
    if (env["DROVER_ROLES"]?.includes("api") !== false) await waitUntil(`${name} is ready`, isReady, 30_000);
    mustRun(server);
    return replica;
  };
  const stop = async (): Promise<void> => {
    await Promise.all(replicas.map((replica) => replica.process.stop(10_000)));
    await dispatcher.destroy();
    await nats.stop();
    await stopGit();
    await drop();
    await rm(folder, { recursive: true, force: true });
  };
  return { folder, dataDir, caFile, tokenFile, natsUrl, database, git, fleet, start, stop };
}

/** Answers the first administrator's token, or "" when no replica with the role `api` has written it yet. */
async function untilStarted(server: ServerProcess, logFile: string, tokenFile: string): Promise<string> {
  const started = async (): Promise<boolean> =>
    server.hasEnded() !== undefined || (await readFile(logFile, "utf8")).includes("control plane started");
  await waitUntil("the control plane has started", started, 30_000);
  mustRun(server);
  return readFile(tokenFile, "utf8").then(
    (text) => text.trim(),
    () => "",
  );
}

function mustRun(server: ServerProcess): void {
  if (server.hasEnded() !== undefined) throw new Error(server.lastWords());
}
