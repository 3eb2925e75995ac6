import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { DroverError } from "@drover/kit";
import { eventually } from "./eventually.ts";
import { locate } from "./locate.ts";
import { type ServerProcess, startServerProcess } from "./server-process.ts";

/** The version we build with and the oldest one we support. */
export const natsServerVariants = ["nats-server", "nats-server-floor"] as const;
export type NatsServerVariant = (typeof natsServerVariants)[number];

export interface NatsServerOptions {
  /** Decides everything else: addresses, TLS, accounts. Made by whoever knows them. */
  readonly configFile: string;
  /** For the log and the ports file. What the server itself stores is where its configuration says. */
  readonly dataDir: string;
  readonly program?: NatsServerVariant;
}

export interface NatsServer {
  /** Of client connections, as the server listens: `nats://127.0.0.1:4222`, or `tls://…`. */
  readonly urls: readonly string[];
  readonly url: string;
  readonly pid: number;
  readonly logFile: string;
  stop(): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** Asks the server to read its configuration again. It does so a moment later and logs what it refuses. */
  reload(): void;
}

const startDeadlineMs = 15_000;

/** Starts nats-server and waits until it accepts clients: about 50 ms. */
export async function startNatsServer({ configFile, dataDir, program = "nats-server" }: NatsServerOptions): Promise<NatsServer> {
  const file = await locate(program);
  const folder = resolve(dataDir);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await removePortsFiles(folder);
  const logFile = join(folder, "nats-server.log");
  const args = ["--config", resolve(configFile), "--ports_file_dir", folder];
  const server = startServerProcess({ name: program, file, args, logFile, stopSignal: "SIGTERM" });
  try {
    const urls = await readPorts(server, folder);
    return {
      urls,
      url: urls[0] as string,
      pid: server.pid,
      logFile,
      stop: () => server.stop(),
      kill: server.kill,
      reload: () => server.signal("SIGHUP"),
    };
  } catch (error) {
    await server.kill();
    throw error;
  }
}

/** A killed server leaves its file, and process numbers return. */
async function removePortsFiles(folder: string): Promise<void> {
  const files = await readdir(folder);
  await Promise.all(files.filter((file) => file.endsWith(".ports")).map((file) => rm(join(folder, file), { force: true })));
}

/** The server writes `<program>_<pid>.ports` once it listens everywhere. */
function readPorts(server: ServerProcess, folder: string): Promise<readonly string[]> {
  const read = async (): Promise<readonly string[] | undefined> => {
    const end = server.hasEnded();
    if (end !== undefined)
      throw new DroverError("unavailable", "NATS_SERVER_NOT_STARTED", `start nats-server: it ${end}; ${server.lastWords()}`);
    const name = (await readdir(folder)).find((file) => file.endsWith(`_${server.pid}.ports`));
    return name === undefined ? undefined : parsePorts(await readFile(join(folder, name), "utf8"));
  };
  return eventually(read, { ms: startDeadlineMs, operation: "wait for nats-server to accept connections", explain: server.lastWords });
}

/** Undefined while the file is being written. */
function parsePorts(text: string): readonly string[] | undefined {
  try {
    const { nats } = JSON.parse(text) as { readonly nats?: readonly string[] };
    return nats !== undefined && nats.length > 0 ? nats : undefined;
  } catch {
    return undefined;
  }
}
