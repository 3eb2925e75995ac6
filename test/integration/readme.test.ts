import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { processesOf } from "../support/processes-of.ts";
import { waitUntil } from "../support/wait-until.ts";

// Somebody who has the README and nothing else types its commands beside a running demo.

const root = fileURLToPath(new URL("../../", import.meta.url));
const readme = readFileSync(join(root, "README.md"), "utf8");
const blocks = [...section("An application of your own").matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block = ""]) => block);

function section(title: string): string {
  const [, rest = ""] = readme.split(`## ${title}\n`);
  return rest.split(/^## /m, 1)[0] ?? "";
}

let home: string;
let demo: ChildProcess;
let said = "";

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "drover-readme-"));
  demo = spawn(
    join(root, "drover"),
    ["demo", "--clusters", "3", "--data-dir", join(home, "data"), "--ready-file", join(home, "ready.json")],
    {
      stdio: ["ignore", "pipe", "ignore"],
    },
  );
  demo.stdout?.on("data", (chunk: Buffer) => (said += chunk.toString()));
  await waitUntil("the demo has played its story and says how to go on", () => existsSync(join(home, "data/env")), 240_000);
}, 250_000);
afterAll(async () => {
  demo.kill("SIGKILL"); // nothing, once Ctrl-C has ended it
  await rm(home, { recursive: true, force: true, maxRetries: 5 });
});

test("the demo's story is verified, step by step", () => expect(said).toContain("ok: 11 of 11 steps verified on 3 clusters"));

test("it writes who is where", () => {
  const ready = JSON.parse(readFileSync(join(home, "ready.json"), "utf8")) as { readonly tokenFile: string; readonly caFile: string };
  expect(ready).toMatchObject({
    api: expect.stringMatching(/^https:\/\/127\.0\.0\.1:\d+$/) as string,
    dataDir: join(home, "data"),
    clusters: expect.arrayContaining([
      expect.objectContaining({ name: "staging-1", environment: "staging" }),
      expect.objectContaining({ name: "production-1", environment: "production" }),
    ]) as unknown[],
  });
  expect([ready.tokenFile, ready.caFile].every(existsSync)).toBe(true);
});

/** All blocks in one shell, as a person has one; what they leave in /tmp goes into a folder of the test. */
test("the README leads from the first cluster of one's own to a rollback", { timeout: 240_000 }, async () => {
  const typed = blocks
    .map((block) => `${block}\necho "=== typed"`)
    .join("\n")
    .replaceAll("/tmp/", `${home}/`);
  const script = `. ${home}/data/env\ntrap 'kill $(jobs -p) 2>/dev/null || true' EXIT\n${typed}`;
  const env = { ...process.env, HOME: home };
  const { stdout, stderr } = await promisify(execFile)("bash", ["--norc", "-euo", "pipefail", "-c", script], {
    cwd: root,
    env,
    timeout: 220_000,
  });
  const [, added = "", deployed = "", promoted = "", broken = "", back = ""] = ["", ...stdout.split("=== typed\n")];
  expect(added).toContain("lab-1");
  expect(deployed).toMatch(/Deployment.*hello/);
  expect(promoted).toMatch(/staging-1/);
  expect(broken + stderr).toMatch(/Halted/);
  expect(back).toMatch(/ImagePullBackOff/);
  expect(back).toMatch(/hello +lab-1|lab-1 +hello/);
});

test("Ctrl-C ends the demo and all that it started", { timeout: 60_000 }, async () => {
  const ended = once(demo, "close");
  expect(processesOf(join(home, "data")).length).toBeGreaterThan(5); // agents, control plane, PostgreSQL, nats-server, clusters
  demo.kill("SIGINT");
  expect(await ended).toEqual([0, null]);
  expect(processesOf(join(home, "data"))).toEqual([]);
});
