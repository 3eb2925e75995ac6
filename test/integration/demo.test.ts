import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { waitUntil } from "../support/index.ts";

const program = fileURLToPath(new URL("../../demo/src/main.ts", import.meta.url));

/** The story itself is played where the README's commands are typed beside it: readme.test.ts. */
test("ends with a summary for machines, and leaves nothing running", { timeout: 180_000 }, async () => {
  const demo = await startDemo("--clusters", "2", "--story", "none", "--exit", "--output", "json");
  expect({ status: await demo.status, stderr: demo.stderr() }).toEqual({ status: 0, stderr: expect.any(String) as string });
  expect(JSON.parse(demo.stdout())).toMatchObject({ ok: true, clusters: 2, planned: 1 });
  expect(processesOf(demo.folder)).toEqual([]);
});

test("writes who is where once the fleet is enrolled, and Ctrl-C ends all of it", { timeout: 120_000 }, async () => {
  const demo = await startDemo("--clusters", "2", "--story", "none", "--ready-file", "ready.json");
  const readyFile = join(demo.folder, "..", "ready.json");
  await waitUntil("the ready file is there", () => existsSync(readyFile), 90_000);
  const ready = JSON.parse(await readFile(readyFile, "utf8")) as { readonly tokenFile: string; readonly caFile: string };
  expect(ready).toMatchObject({
    api: expect.stringMatching(/^https:\/\/127\.0\.0\.1:\d+$/) as string,
    dataDir: demo.folder,
    clusters: [
      { name: "staging-1", environment: "staging" },
      { name: "production-1", environment: "production" },
    ],
  });
  expect([ready.tokenFile, ready.caFile].every(existsSync)).toBe(true);
  expect(processesOf(demo.folder).length).toBeGreaterThan(4); // agents, control plane, PostgreSQL, nats-server, clusters
  demo.child.kill("SIGINT");
  expect({ status: await demo.status, stderr: demo.stderr() }).toEqual({ status: 0, stderr: expect.any(String) as string });
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
  /** Its data; every process of the demo has it in its arguments, its environment or as its working directory. */
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

function processesOf(folder: string): readonly string[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((pid) => {
      const words = (file: string): string => tried(() => readFileSync(`/proc/${pid}/${file}`, "utf8")).replaceAll("\0", " ");
      const commandLine = words("cmdline");
      const traces = [commandLine, words("environ"), tried(() => readlinkSync(`/proc/${pid}/cwd`))];
      return traces.some((trace) => trace.includes(folder)) ? [commandLine] : [];
    });
}

/** Processes end while we look. */
function tried(read: () => string): string {
  try {
    return read();
  } catch {
    return "";
  }
}
