import { type ChildProcess, spawn } from "node:child_process";
import { accessSync, closeSync, constants, openSync, readFileSync, realpathSync } from "node:fs";
import { basename, delimiter, join } from "node:path";
import { DroverError, errorChain } from "@drover/kit";
import { killedAtExit } from "./killed-at-exit.ts";

export interface ServerProcessOptions {
  /** For messages: "nats-server". */
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  /** Both output streams are appended to it. Programs here log little; nobody rotates it. */
  readonly logFile: string;
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Root only: the user that the program runs as. */
  readonly user?: { readonly uid: number; readonly gid: number };
  /** What asks the program to end by itself; also sent by the kernel when we die. */
  readonly stopSignal: "SIGTERM" | "SIGINT" | "SIGKILL";
}

export interface ServerProcess {
  readonly pid: number;
  /** Settles when the process has ended and says how. Never rejects. */
  readonly ended: Promise<string>;
  /** Undefined while it runs. */
  hasEnded(): string | undefined;
  signal(signal: NodeJS.Signals): void;
  /** Asks it to end, and kills it after the grace period. */
  stop(graceMs?: number): Promise<void>;
  /** SIGKILL, as a crash would be. */
  kill(): Promise<void>;
  /** The last lines of the log, for messages. */
  lastWords(): string;
}

/**
 * Starts a long-running program that must not outlive this process.
 *
 * With util-linux' setpriv the kernel signals the program when our thread ends for whatever reason, SIGKILL included. It then gets its
 * own session, so that Ctrl-C in a terminal reaches only us and the order in which things stop is ours. Only if we are killed in the moment
 * before setpriv has told the kernel, the program stays. Without setpriv it stays in our
 * process group: Ctrl-C reaches it, an ordinary exit kills it, and only a SIGKILL of this process leaves it behind.
 */
export function startServerProcess(options: ServerProcessOptions): ServerProcess {
  const leasher = setpriv();
  const leash = leasher === undefined ? [] : [leasher, "--pdeathsig", options.stopSignal.slice(3), "--"];
  const [file, ...args] = [...leash, options.file, ...options.args] as [string, ...string[]];
  const log = openSync(options.logFile, "a", 0o600);
  const child = spawn(file, args, {
    stdio: ["ignore", log, log],
    detached: leash.length > 0,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.env === undefined ? {} : { env: options.env }),
    ...options.user,
  });
  closeSync(log);
  const ended = endOf(child);
  if (child.pid === undefined)
    throw new DroverError("unavailable", "PROGRAM_NOT_STARTED", `start ${options.name}: cannot run ${options.file}`);
  return control(child, ended, options);
}

function control(child: ChildProcess, ended: Promise<string>, { name, logFile, stopSignal }: ServerProcessOptions): ServerProcess {
  let end: string | undefined;
  killedAtExit(child);
  void ended.then((how) => (end = how));
  const kill = async (): Promise<void> => {
    child.kill("SIGKILL");
    await ended;
  };
  return {
    pid: child.pid as number,
    ended,
    hasEnded: () => end,
    signal: (signal) => void child.kill(signal),
    kill,
    stop: async (graceMs = 5_000) => {
      child.kill(stopSignal);
      const timer = setTimeout(() => child.kill("SIGKILL"), graceMs);
      await ended.finally(() => clearTimeout(timer));
    },
    lastWords: () => `last lines of ${name}'s log ${logFile}:\n${tail(logFile)}`,
  };
}

const endOf = (child: ChildProcess): Promise<string> =>
  new Promise((resolve) => {
    child.once("error", (error) => resolve(errorChain(error)));
    child.once("exit", (code, signal) => resolve(signal === null ? `exited with status ${code}` : `ended by ${signal}`));
  });

const maxTailLines = 12;

function tail(file: string): string {
  try {
    return readFileSync(file, "utf8").trimEnd().split("\n").slice(-maxTailLines).join("\n");
  } catch {
    return "(no log)";
  }
}

/** Found once per process. */
let foundSetpriv: { readonly file: string | undefined } | undefined;

function setpriv(): string | undefined {
  foundSetpriv ??= {
    file: (process.env["PATH"] ?? "")
      .split(delimiter)
      .map((folder) => join(folder, "setpriv"))
      .find(isSetpriv),
  };
  return foundSetpriv.file;
}

/** BusyBox has a setpriv too, a link to itself, but without --pdeathsig. */
function isSetpriv(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return basename(realpathSync(file)) === "setpriv";
  } catch {
    return false;
  }
}
