import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { prepareControlPlane, type Replica, type TestControlPlane } from "../support/control-plane.ts";
import { waitUntil } from "../support/wait-until.ts";

// `./drover agent CLUSTER --in-memory`, stopped and typed again, as people do.

const program = fileURLToPath(new URL("../../demo/src/run-agent.ts", import.meta.url));
let world: TestControlPlane;
let replica: Replica;
const started: ChildProcess[] = [];

beforeAll(async () => {
  world = await prepareControlPlane();
  await world.fleet.push({ "drover.yaml": "apiVersion: drover.dev/v1\n" });
  replica = await world.start();
  await replica.client()("createCluster", { body: { name: "lab-1", labels: {}, reason: "try it" } });
});
afterAll(async () => {
  for (const agent of started) agent.kill("SIGKILL");
  await world.stop();
});

async function startAgent(configFolder: string): Promise<{ said: () => string; stop: () => Promise<void> }> {
  let text = "";
  const agent = spawn(process.execPath, [program, "lab-1", "--in-memory"], {
    env: {
      PATH: process.env["PATH"],
      NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"],
      HOME: world.folder,
      DROVER_CONFIG: `${configFolder}/config`,
      DROVER_SERVER: replica.apiUrl,
      DROVER_TOKEN_FILE: world.tokenFile,
      DROVER_CA_FILE: world.caFile,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  started.push(agent);
  for (const stream of [agent.stdout, agent.stderr]) stream.on("data", (chunk: Buffer) => (text += chunk.toString()));
  const ended = once(agent, "close");
  await waitUntil(`the agent says something, not ${text}`, () => text.includes("\n"), 60_000);
  return {
    said: () => text,
    stop: async () => {
      agent.kill("SIGINT");
      await ended;
    },
  };
}

const enrolmentsOf = async (): Promise<number> =>
  (await replica.client()("listEvents", { query: { kind: "ClusterEnrolled" } })).items.length;

test("the same line again is the same cluster; another one by its name is told plainly what to do", async () => {
  const home = `${world.folder}/people`;
  const first = await startAgent(home);
  expect(first.said()).toContain("cluster/lab-1 is connected");
  await first.stop();
  const again = await startAgent(home);
  await waitUntil("it is enrolled once more", async () => (await enrolmentsOf()) === 2, 60_000);
  expect(again.said()).toContain("cluster/lab-1 is connected");
  await again.stop();
  const other = await startAgent(`${world.folder}/others`);
  await waitUntil(`it is refused, not ${other.said()}`, () => other.said().includes("ENROLMENT_CLUSTER_UID"), 60_000);
  expect(other.said()).toContain("`drover cluster revoke lab-1 -m REASON`, then start this agent again");
  expect(other.said()).not.toMatch(/"stack"|\{/);
});
