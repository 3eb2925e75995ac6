import { spawn } from "node:child_process";
import { once } from "node:events";
import { shared } from "./shared.ts";

const deadlineMs = 60_000;

export interface CliResult {
  readonly status: number | null;
  readonly out: string;
  readonly said: string;
}

export type DroverCli = (...args: readonly string[]) => Promise<CliResult>;

/** The command line as a process of its own, and as it is shipped: it starts in a quarter of the sources' time. Of this process's environment it sees PATH. */
export const droverCli =
  (env: Readonly<Record<string, string>>, cwd?: string): DroverCli =>
  async (...args) => {
    const program = await shared("cli");
    const child = spawn(process.execPath, [program, ...args], {
      env: { PATH: process.env["PATH"], NODE_COMPILE_CACHE: `${program}-compiled`, ...env },
      stdio: ["ignore", "pipe", "pipe"],
      timeout: deadlineMs,
      ...(cwd === undefined ? {} : { cwd }),
    });
    let [out, said] = ["", ""];
    child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString("utf8")));
    child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString("utf8")));
    const [status] = (await once(child, "close")) as [number | null];
    return { status, out, said };
  };
