import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { prepareControlPlane, type TestControlPlane } from "../support/control-plane.ts";
import { droverCli, type CliResult, type DroverCli } from "../support/drover-cli.ts";
import { commandsIn } from "../support/guide-commands.ts";
import { startRealAgent } from "../support/real-agent.ts";
import { promote, pushSmallFleet, untilCompleted } from "../support/small-fleet.ts";
import { waitUntil } from "../support/wait-until.ts";

// The whole way: the command line, a replica, nats-server, and the bundled agent on a cluster in memory.

let world: TestControlPlane;
let drover: DroverCli;
const stops: (() => Promise<void>)[] = [];

const files = {
  "deploy/web.yaml": `apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: default }
spec:
  replicas: 1
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: server, image: "example.test/web:1" }] }
`,
};

beforeAll(async () => {
  world = await prepareControlPlane();
  stops.push(world.stop);
  const web = await pushSmallFleet(world, ["eu-1"]);
  const replica = await world.start();
  const api = replica.client();
  await waitUntil("the fleet is projected", async () => (await api("listClusters")).items.length === 1);
  const agent = await startRealAgent(world, replica, "eu-1");
  stops.push(agent.stop);
  const { id } = await promote(api, await web.push(files));
  await untilCompleted(api, id);
  drover = droverCli({ DROVER_CONFIG: join(world.folder, "cli", "config") });
  const target = ["--server", replica.apiUrl, "--token-file", world.tokenFile, "--ca-file", world.caFile];
  await drover("config", "set-context", "test", ...target);
}, 120_000);
afterAll(async () => {
  for (const stop of stops.toReversed()) await stop();
});

const lines = commandsIn("ask-a-cluster.md").flatMap((block) => block.trim().split("\n"));

const run = (line: string): Promise<CliResult> => {
  const [program, ...args] = line.split(" ");
  expect(program).toBe("drover");
  return drover(...args);
};

test.each([
  { command: "drover tree web --cluster eu-1", says: ["Deployment", "ReplicaSet", "Pod", "Healthy"] },
  { command: "drover diff web --cluster eu-1", says: [], aside: "No differences.\n" },
  { command: "drover events web --cluster eu-1", says: [], aside: "No events.\n" },
  { command: "drover logs web --cluster eu-1 --tail 50", says: ["ready\n"] },
  { command: "drover logs deployment/web --cluster eu-1 --tail 50", says: ["ready\n"] },
  { command: "drover refresh web --cluster eu-1", says: ["web on eu-1: Synced, Healthy"] },
  { command: "drover diff web --cluster eu-1 --server-side", says: [], aside: "No differences.\n" },
  { command: "drover tree web --cluster eu-1 --output json", says: ['"kind": "Pod"'] },
  { command: "drover events web --cluster eu-1 --output yaml", says: ["items:"] },
])("`$command` is in the guide, and answers", async ({ command, says, aside = "" }) => {
  expect(lines).toContain(command);
  const { status, out, said } = await run(command);
  expect({ status, said }).toEqual({ status: 0, said: aside });
  for (const text of says) expect(out).toContain(text);
});

test("no command of the guide is left out", () => expect(lines).toHaveLength(9));

test("a workload by itself is found without its cluster too, by its short kind; one that is not there is said so", async () => {
  expect(await drover("logs", "deploy/web", "--tail", "50")).toMatchObject({
    status: 0,
    out: expect.stringContaining("ready\n") as string,
  });
  expect(await drover("logs", "deploy/nobody", "--cluster", "eu-1")).toMatchObject({
    status: 1,
    said: expect.stringContaining("there is no deploy/nobody in the applications of eu-1") as string,
  });
});
