import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { eventually } from "./eventually.ts";
import { startServerProcess } from "./server-process.ts";

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), "drover-process-"))));
afterEach(() => rm(folder, { recursive: true, force: true }));

const shell = (script: string) =>
  startServerProcess({ name: "sh", file: "/bin/sh", args: ["-c", script], logFile: join(folder, "log"), stopSignal: "SIGTERM" });

test("a program that ends by itself says how, and its log is at hand", async () => {
  const server = shell("echo cannot bind >&2; exit 3");
  expect(await server.ended).toBe("exited with status 3");
  expect(server.hasEnded()).toBe("exited with status 3");
  expect(server.lastWords()).toContain("cannot bind");
});

test("stop asks, then kills what does not listen", async () => {
  const deaf = shell("trap '' TERM; echo deaf; while :; do sleep 0.05; done");
  await eventually(() => (deaf.lastWords().includes("deaf") ? true : undefined), { ms: 5_000, operation: "wait for the trap" });
  await deaf.stop(50);
  expect(deaf.hasEnded()).toBe("ended by SIGKILL");
});

test.each([
  { name: "a parent that is killed", path: process.env["PATH"], end: (parent: ChildProcess) => parent.kill("SIGKILL") },
  { name: "a parent that a signal ends", path: process.env["PATH"], end: (parent: ChildProcess) => parent.kill("SIGTERM") },
  { name: "a parent that exits, on a machine without setpriv", path: "", end: (parent: ChildProcess) => parent.stdin?.write("exit") },
])("a program does not outlive $name", async ({ path, end }) => {
  const script = `
    import { startServerProcess } from ${JSON.stringify(new URL("server-process.ts", import.meta.url).href)};
    const log = ${JSON.stringify(join(folder, "log"))};
    console.log(startServerProcess({ name: "sleep", file: "/bin/sleep", args: ["600"], logFile: log, stopSignal: "SIGTERM" }).pid);
    process.stdin.once("data", () => process.exit());`;
  const node = ["--input-type=module-typescript", "--eval", script];
  const parent = spawn(process.execPath, node, { stdio: ["pipe", "pipe", "inherit"], env: { ...process.env, PATH: path } });
  const [line] = (await once(parent.stdout, "data")) as [Buffer];
  const child = Number(line.toString());
  // The kernel is told by setpriv, which then becomes the program: a parent that ends before that leaves it behind.
  await eventually(() => (commandOf(child).startsWith("/bin/sleep") ? true : undefined), { ms: 20_000, operation: "wait for the program" });
  end(parent);
  await eventually(() => (isGone(child) ? true : undefined), { ms: 20_000, operation: `wait for process ${child} to end` });
});

/** A process that nobody has waited for yet is still listed, as a zombie without a command line. */
const isGone = (pid: number): boolean => commandOf(pid) === "";

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}
