import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmod, chown, mkdir, readFile, readlink, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { DroverError } from "@drover/kit";
import { eventually } from "./eventually.ts";
import { freePort } from "./free-port.ts";
import { findPostgresBinaries, postgresUser, type PostgresBinaries, type User } from "./postgres-binaries.ts";
import { type ServerProcess, startServerProcess } from "./server-process.ts";

export interface PostgresOptions {
  /** Made when missing; a database that is already there is started again. It holds `data/`, `password` and `postgres.log`. */
  readonly dataDir: string;
  /** A free one when absent. */
  readonly port?: number;
  /** `false` skips every fsync, for tests: a crash of the machine, not of PostgreSQL, may then lose the database. */
  readonly durable: boolean;
  /** More of what postgresql.conf knows. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface Postgres {
  /** For the database `postgres`, as its superuser, password included. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  urlOf(database: string): string;
  stop(): Promise<void>;
  /** SIGKILL; the next start recovers. */
  kill(): Promise<void>;
}

const superuser = "drover";
const startDeadlineMs = 30_000;
const stopGraceMs = 10_000;

interface Place {
  readonly dataDir: string;
  readonly data: string;
  readonly log: string;
  readonly binaries: PostgresBinaries;
  readonly user: User | undefined;
}

/** Starts PostgreSQL 18 from npm on 127.0.0.1: about 0.5 s the first time, 50 ms on a data folder that exists. */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const place = await preparePlace(resolve(options.dataDir));
  const password = await initialisedWithPassword(place, options.durable);
  await leavePredecessorBehind(place);
  const port = options.port ?? (await freePort());
  const server = await serve(place, port, options);
  const urlOf = (database: string): string => `postgres://${superuser}:${password}@127.0.0.1:${port}/${database}`;
  return {
    url: urlOf("postgres"),
    port,
    pid: server.pid,
    urlOf,
    stop: () => server.stop(stopGraceMs),
    kill: server.kill,
  };
}

async function preparePlace(dataDir: string): Promise<Place> {
  const user = postgresUser();
  const place = {
    dataDir,
    data: join(dataDir, "data"),
    log: join(dataDir, "postgres.log"),
    user,
    binaries: await findPostgresBinaries(user),
  };
  await mkdir(place.data, { recursive: true });
  for (const folder of [place.dataDir, place.data]) {
    await chmod(folder, 0o700);
    if (user !== undefined) await chown(folder, user.uid, user.gid);
  }
  return place;
}

/**
 * The data folder's name for PostgreSQL itself. Its user may be unable to walk there from the root of the file system, but a process is
 * always let into its own working directory, which Node enters while it is still root.
 */
const workingDirectory = "/proc/self/cwd";

/** A clean environment: PGPORT, PGDATA or a locale of the surrounding shell must not change what is started. */
const environment = { PATH: process.env["PATH"], LC_ALL: "C", TZ: "UTC" };

async function initialisedWithPassword(place: Place, durable: boolean): Promise<string> {
  const { dataDir, data, user } = place;
  const passwordFile = join(dataDir, "password");
  const initialised = join(data, "PG_VERSION");
  const known = await readFile(passwordFile, "utf8").catch(() => undefined);
  if (known !== undefined && (await exists(initialised))) return known.trim();
  // Either nothing is there or an initdb was interrupted: the password file gets its name only after initdb has succeeded.
  if ((await exists(initialised)) && !(await exists(`${passwordFile}.new`)))
    throw new DroverError(
      "wrong-state",
      "POSTGRES_PASSWORD_LOST",
      `start PostgreSQL in ${data}: ${passwordFile} is missing; restore it or remove ${dataDir}`,
    );
  await emptyFolder(data, user);
  const password = randomBytes(24).toString("base64url");
  await writeFile(`${passwordFile}.new`, password, { mode: 0o600 });
  if (user !== undefined) await chown(`${passwordFile}.new`, user.uid, user.gid);
  await initdb(place, durable);
  await rename(`${passwordFile}.new`, passwordFile);
  return password;
}

async function emptyFolder(folder: string, user: User | undefined): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { mode: 0o700 });
  if (user !== undefined) await chown(folder, user.uid, user.gid);
}

async function initdb({ data, binaries, user }: Place, durable: boolean): Promise<void> {
  const args = ["--pgdata", workingDirectory, "--username", superuser, "--pwfile", `${workingDirectory}/../password.new`];
  args.push("--auth-host=scram-sha-256", "--auth-local=reject", "--locale=C", "--encoding=UTF8", "--no-instructions");
  if (!durable) args.push("--no-sync");
  try {
    await promisify(execFile)(binaries.initdb, args, {
      cwd: data,
      env: environment,
      timeout: startDeadlineMs,
      killSignal: "SIGKILL",
      ...user,
    });
  } catch (cause) {
    throw new DroverError("unavailable", "POSTGRES_NOT_STARTED", `make a PostgreSQL database in ${data}: initdb failed`, { cause });
  }
}

/**
 * A killed server leaves postmaster.pid. PostgreSQL clears it by itself unless its process number now belongs to somebody else of the same
 * user, so we ask whether that process works in our folder.
 */
async function leavePredecessorBehind({ data }: Place): Promise<void> {
  const pidFile = join(data, "postmaster.pid");
  const folder = await realpath(data);
  const gone = async (): Promise<true | undefined> => {
    const [pid] = await pidFileLines(pidFile);
    const runsHere = pid !== undefined && (await readlink(`/proc/${pid}/cwd`).catch(() => "")) === folder;
    if (runsHere) return undefined;
    await rm(pidFile, { force: true });
    return true;
  };
  // A server whose parent was killed is told to end by the kernel and may be at it.
  await eventually(gone, { ms: stopGraceMs, operation: `wait for another PostgreSQL to leave ${data}` });
}

const pidFileLines = async (file: string): Promise<readonly string[]> =>
  (await readFile(file, "utf8").catch(() => "")).split("\n").filter(Boolean);

async function serve(place: Place, port: number, options: PostgresOptions): Promise<ServerProcess> {
  const end = performance.now() + startDeadlineMs;
  for (;;) {
    const server = spawnServer(place, port, options);
    try {
      await ready(server, place.data);
      return server;
    } catch (error) {
      await server.kill();
      // After a SIGKILL its own children take a moment to notice and hold on to the shared memory meanwhile.
      if (performance.now() > end || !server.lastWords().includes("is still in use")) throw error;
    }
  }
}

function spawnServer(place: Place, port: number, { durable, settings: more }: PostgresOptions): ServerProcess {
  const settings: Record<string, string> = {
    listen_addresses: "127.0.0.1",
    port: String(port),
    unix_socket_directories: "",
    max_connections: "100",
    shared_buffers: "64MB",
    ...(durable ? {} : { fsync: "off", full_page_writes: "off" }),
    ...more,
  };
  return startServerProcess({
    name: "postgres",
    file: place.binaries.postgres,
    args: ["-D", workingDirectory, ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`])],
    logFile: place.log,
    cwd: place.data,
    env: environment,
    stopSignal: "SIGINT", // "fast shutdown": ends sessions, leaves a clean database
    ...(place.user === undefined ? {} : { user: place.user }),
  });
}

/** The server writes its state into the last line of postmaster.pid; pg_ctl reads it there too. */
async function ready(server: ServerProcess, data: string): Promise<void> {
  const accepting = async (): Promise<true | undefined> => {
    const end = server.hasEnded();
    if (end !== undefined)
      throw new DroverError("unavailable", "POSTGRES_NOT_STARTED", `start PostgreSQL in ${data}: it ${end}; ${server.lastWords()}`);
    const lines = await pidFileLines(join(data, "postmaster.pid"));
    return lines[0] === String(server.pid) && lines.at(-1)?.trim() === "ready" ? true : undefined;
  };
  await eventually(accepting, {
    ms: startDeadlineMs,
    operation: `wait for PostgreSQL in ${data} to accept connections`,
    explain: server.lastWords,
  });
}

const exists = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  );
