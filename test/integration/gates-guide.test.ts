import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { base32 } from "@drover/kit";
import type { Client } from "@drover/proto/rest";
import { afterAll, beforeAll, expect, test } from "vitest";
import { prepareControlPlane, type Replica, type TestControlPlane } from "../support/control-plane.ts";
import { type DroverCli, droverCli } from "../support/drover-cli.ts";
import type { WorkTree } from "../support/git-work-tree.ts";
import { readGuide } from "../support/guide-reader.ts";
import { startSimulatedAgent } from "../support/simulated-agent.ts";
import { webFiles } from "../support/small-fleet.ts";
import { waitUntil } from "../support/wait-until.ts";

const clusters = ["eu-1", "us-1"];
const stops: (() => Promise<void>)[] = [];
/** What the Prometheus of the guide answers. */
let errorRate = "0.001";
let world: TestControlPlane;
let replica: Replica;
let api: Client;
let drover: DroverCli;
let admin: DroverCli;
let web: WorkTree;

const guide = readGuide("gates.md", () => drover);
const approving = readGuide("approve.md", () => drover);

/** The guide's Prometheus and its shop, in one. */
async function startServers(): Promise<number> {
  const server = createServer((request, response) => {
    const vector = { resultType: "vector", result: [{ metric: {}, value: [1, errorRate] }] };
    response.end(JSON.stringify(request.url === "/healthz" ? { ready: true } : { status: "success", data: vector }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  stops.push(async () => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

const cliOf = (tokenFile: string): DroverCli =>
  droverCli({ DROVER_SERVER: replica.apiUrl, DROVER_TOKEN_FILE: tokenFile, DROVER_CA_FILE: world.caFile });

beforeAll(async () => {
  const port = await startServers();
  world = await prepareControlPlane();
  stops.push(world.stop);
  web = await world.git.clone("web");
  const strategy = (guide.files.get("strategies/careful.yaml") ?? "")
    .replace(/https:\/\/(prometheus|shop)\.example/g, `http://localhost:${port}`)
    .replace("interval: 1m", "interval: 1s")
    .replace("count: 5", "count: 2");
  await world.fleet.push({
    "drover.yaml": "apiVersion: drover.dev/v1\n",
    "applications/web.yaml": `source: { repository: "${world.git.host.cloneUrl("web")}", path: deploy, credentialsRef: git-host }\n`,
    "environments/production.yaml": "clusterSelector: { matchLabels: { fleet: mine } }\nstrategy: careful\n",
    "strategies/careful.yaml": strategy,
    ...Object.fromEntries(clusters.map((name) => [`clusters/${name}.yaml`, `id: ${base32(randomBytes(16))}\nlabels: { fleet: mine }\n`])),
  });
  replica = await world.start({ DROVER_EGRESS_ALLOW: `${world.git.address},localhost:${port}` });
  api = replica.client();
  drover = admin = cliOf(world.tokenFile);
  await waitUntil("the fleet is projected", async () => (await api("listClusters")).items.length === clusters.length);
  for (const name of clusters) stops.push((await startSimulatedAgent(world, replica, api, name)).stop);
}, 120_000);
afterAll(async () => {
  for (const stop of stops.toReversed()) await stop();
});

const newest = async () => (await api("listRollouts", { query: { application: "web", environment: "production" } })).items[0];

async function promote(version: string): Promise<string> {
  const revision = await web.push(webFiles(version));
  await api("createPromotion", { body: { application: "web", environment: "production", revision, reason: "test" } });
  await waitUntil("the rollout is there", async () => (await newest())?.revision === revision);
  return revision;
}

const untilPhase = (phase: string) => waitUntil(`it is ${phase}`, async () => (await newest())?.phase === phase, 30_000);

const gates = async () => (await api("listRolloutGates", { params: { rollout: (await newest())?.id ?? "" } })).items;

const untilGate = (gate: string, state: string) =>
  waitUntil(`${gate} is ${state}`, async () => (await gates()).some((one) => one.gate === gate && one.state === state), 30_000);

const place = "web --environment production";

test("the wave's gates are measured, and somebody else signs off", async () => {
  await promote("v1");
  await untilGate("signed-off", "Open");
  const shown = (await guide.run(`drover rollout gates ${place}`)).out;
  expect((await approving.run(`drover rollout gates ${place}`)).out).toBe(shown);
  expect(shown).toMatch(/canary +After +few-errors +Prometheus +Passed +2 of 2 measurements succeeded/);
  expect(shown).toMatch(/rest +Before +signed-off +Approval +Open/);
  for (const each of [guide, approving]) expect((await each.run(`drover why ${place}`)).out).toContain("GateOpen");
  const own = await admin(...`rollout approve ${place} --gate signed-off --reason mine`.split(" "));
  expect([own.status, own.said]).toEqual([expect.any(Number), expect.stringContaining("GATE_SELF_APPROVAL")]);
  expect((await newest())?.targets).toMatchObject({ Succeeded: 1, Waiting: 1 });

  const made = await approving.run("drover token create --subject eve --role viewer --approve production");
  const tokenFile = join(world.folder, "eve-token");
  await writeFile(tokenFile, made.out);
  drover = cliOf(tokenFile);
  const said = await approving.run(`drover rollout approve ${place} --gate signed-off --reason "the dashboards look well"`);
  expect(said.out).toContain("gate/signed-off before wave rest Passed: approved by users/eve");
  await untilPhase("Completed");
});

test("a gate that fails halts the rollout: it is passed over, rejected, and asked once more", async () => {
  errorRate = "0.2";
  await promote("v2");
  await untilPhase("Halted");
  expect((await gates()).find(({ gate }) => gate === "few-errors")).toMatchObject({ state: "Failed", failed: 2 });
  const eve = drover;
  drover = admin;
  await guide.run(`drover rollout override-gate ${place} --gate few-errors --reason "the errors are a known robot's"`);
  await guide.run(`drover rollout resume ${place} --reason "the database is back"`);
  await untilGate("signed-off", "Open");
  drover = eve;
  await approving.run(`drover rollout reject ${place} --gate signed-off --reason "not on a Friday"`);
  await untilPhase("Halted");
  drover = admin;
  await guide.run(`drover rollout resume ${place} --reason "the database is back"`);
  await untilGate("signed-off", "Open");
  expect((await gates()).find(({ gate }) => gate === "signed-off")).toMatchObject({ attempt: 2 });
  drover = eve;
  await approving.run(`drover rollout approve ${place} --gate signed-off --reason "the dashboards look well"`);
  await untilPhase("Completed");
});

test("no command of the two guides is left out", () => expect([...guide.unused(), ...approving.unused()]).toEqual([]));
