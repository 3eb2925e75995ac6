import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../../cli/src/main.ts", import.meta.url));
const deadlineMs = 60_000;

export interface CliResult {
  readonly status: number | null;
  readonly out: string;
  readonly said: string;
}

export type DroverCli = (...args: readonly string[]) => Promise<CliResult>;

/** The command line as a process of its own. Of this process's environment it sees PATH, and where Node keeps what it compiled. */
export const droverCli =
  (env: Readonly<Record<string, string>>, cwd?: string): DroverCli =>
  async (...args) => {
    const child = spawn(process.execPath, [program, ...args], {
      env: { PATH: process.env["PATH"], NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"], ...env },
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
