import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { waitUntil } from "../support/index.ts";
import { processesOf } from "../support/processes-of.ts";

const program = fileURLToPath(new URL("../../demo/src/main.ts", import.meta.url));

/** The story is played, and Ctrl-C ends a demo, where the README's commands are typed beside it: readme.test.ts. */
test("ends with a summary for machines, and leaves nothing running", { timeout: 180_000 }, async () => {
  const demo = await startDemo("--clusters", "2", "--story", "none", "--exit", "--output", "json");
  expect({ status: await demo.status, stderr: demo.stderr() }).toEqual({ status: 0, stderr: expect.any(String) as string });
  expect(JSON.parse(demo.stdout())).toMatchObject({ ok: true, clusters: 2, planned: 1 });
  expect(processesOf(demo.folder)).toEqual([]);
});

test("ends with everything it started when it is killed while it starts", { timeout: 120_000 }, async () => {
  const demo = await startDemo("--clusters", "2", "--exit");
  await waitUntil("PostgreSQL runs", () => processesOf(demo.folder).some((line) => line.includes("postgres")), 60_000);
  demo.child.kill("SIGKILL");
  await demo.status;
  await waitUntil("nothing runs any more", () => processesOf(demo.folder).length === 0, 15_000);
});

test("refuses what it does not know with status 2", async () => {
  const demo = await startDemo("--cluster", "3");
  expect({ status: await demo.status, stderr: demo.stderr() }).toEqual({ status: 2, stderr: expect.any(String) as string });
});

interface Demo {
  readonly child: ChildProcess;
  /** Its data. */
  readonly folder: string;
  readonly status: Promise<number | null>;
  stdout(): string;
  /** What happened, for messages. */
  stderr(): string;
}

async function startDemo(...args: readonly string[]): Promise<Demo> {
  const home = await mkdtemp(join(tmpdir(), "drover-test-demo-"));
  const folder = join(home, "data");
  const child = spawn(process.execPath, [program, "--data-dir", folder, ...args], { cwd: home, stdio: ["ignore", "pipe", "pipe"] });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  });
  const status = once(child, "close").then(([code]) => code as number | null);
  return { child, folder, status, stdout: () => stdout, stderr: () => stderr };
}
