import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { DroverError } from "@drover/kit";

/** What one run of git needs beside its arguments. */
export interface GitSettings {
  /** `-c` settings. They travel in the environment, so that a credential among them shows in no list of processes. */
  readonly config?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}

export interface GitRun extends GitSettings {
  readonly args: readonly string[];
  readonly input?: string;
  readonly deadlineMs?: number;
}

export interface GitResult {
  readonly status: number;
  readonly stdout: string;
  /** Its end only. */
  readonly stderr: string;
}

const defaultDeadlineMs = 60_000;
/** Answers here are ids and logs of at most a thousand commits; file contents travel through the object reader. */
const maxOutputBytes = 32 * 1024 * 1024;
const keptErrorBytes = 8 * 1024;

/**
 * Runs system git to its end. Throws `cancelled` GIT_CANCELLED, `timeout` GIT_TIMEOUT, `unavailable` GIT_MISSING; a status other than
 * zero is a result.
 */
export async function runGit(run: GitRun, signal: AbortSignal): Promise<GitResult> {
  const deadline = AbortSignal.timeout(run.deadlineMs ?? defaultDeadlineMs);
  const child = spawnGit(run.args, run, AbortSignal.any([signal, deadline]));
  const out: Buffer[] = [];
  let size = 0;
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size <= maxOutputBytes) out.push(chunk);
    else killGroup(child);
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr = (stderr + text).slice(-keptErrorBytes)));
  child.stdin.on("error", () => {}); // it ended before it read everything; its status says why
  child.stdin.end(run.input ?? "");
  const status = await exitOf(child);
  const operation = `git ${run.args.find((arg) => !arg.startsWith("-")) ?? ""}`;
  if (signal.aborted) throw new DroverError("cancelled", "GIT_CANCELLED", `${operation}: given up`);
  if (deadline.aborted)
    throw new DroverError("timeout", "GIT_TIMEOUT", `${operation}: took longer than ${run.deadlineMs ?? defaultDeadlineMs} ms`);
  if (size > maxOutputBytes)
    throw new DroverError("exhausted", "GIT_OUTPUT_TOO_LARGE", `${operation}: wrote more than ${maxOutputBytes} bytes`);
  return { status, stdout: Buffer.concat(out).toString("utf8"), stderr };
}

/** Starts git in a process group of its own, which dies as a whole when the signal aborts: git's helpers for HTTP and SSH must not stay behind. */
export function spawnGit(args: readonly string[], settings: GitSettings, signal: AbortSignal): ChildProcessWithoutNullStreams {
  const child = spawn("git", args, { env: environment(settings), detached: true, stdio: "pipe" });
  const kill = (): void => killGroup(child);
  if (signal.aborted) kill();
  signal.addEventListener("abort", kill, { once: true });
  process.once("exit", kill);
  child.once("close", () => {
    signal.removeEventListener("abort", kill);
    process.off("exit", kill);
  });
  return child;
}

function killGroup({ pid }: ChildProcessWithoutNullStreams): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // it has gone by itself
  }
}

const exitOf = (child: ChildProcessWithoutNullStreams): Promise<number> =>
  new Promise((resolve, reject) => {
    child.once("error", (cause) =>
      reject(new DroverError("unavailable", "GIT_MISSING", "run git: it cannot be started; install git", { cause })),
    );
    child.once("close", (status) => resolve(status ?? -1));
  });

/** Nothing of the machine's or the person's own git configuration may change what we do, and nothing may ask a question. */
const safety: Readonly<Record<string, string>> = {
  "protocol.allow": "never",
  "protocol.https.allow": "always",
  "protocol.http.allow": "always",
  "protocol.ssh.allow": "always",
  "http.followRedirects": "false",
  "http.lowSpeedLimit": "1000",
  "http.lowSpeedTime": "20",
  "core.hooksPath": "/dev/null",
  "core.fsmonitor": "false",
  // Larger files than we ever read are streamed to disk instead of held in memory.
  "core.bigFileThreshold": "8m",
  "fetch.fsckObjects": "true",
  "transfer.fsckObjects": "true",
  "credential.helper": "",
  "gc.auto": "0",
};

function environment({ config = {}, env = {} }: GitSettings): NodeJS.ProcessEnv {
  const settings = Object.entries({ ...safety, ...config });
  return {
    PATH: process.env["PATH"],
    HOME: "/nonexistent",
    LC_ALL: "C",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_TERMINAL_PROMPT: "0",
    GIT_CONFIG_COUNT: String(settings.length),
    ...Object.fromEntries(
      settings.flatMap(([key, value], index) => [
        [`GIT_CONFIG_KEY_${index}`, key],
        [`GIT_CONFIG_VALUE_${index}`, value],
      ]),
    ),
    ...env,
  };
}
