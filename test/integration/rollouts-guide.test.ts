import { randomBytes } from "node:crypto";
import { base32 } from "@drover/kit";
import type { Client } from "@drover/proto/rest";
import { afterAll, beforeAll, expect, test } from "vitest";
import { prepareControlPlane, type TestControlPlane } from "../support/control-plane.ts";
import { type DroverCli, droverCli } from "../support/drover-cli.ts";
import type { WorkTree } from "../support/git-work-tree.ts";
import { readGuide } from "../support/guide-reader.ts";
import { type SimulatedAgent, startSimulatedAgent } from "../support/simulated-agent.ts";
import { webFiles } from "../support/small-fleet.ts";
import { waitUntil } from "../support/wait-until.ts";

const clusters: Readonly<Record<string, string>> = {
  "eu-1": "region: eu, tier: a",
  "eu-2": "region: eu, tier: a",
  "us-1": "region: us, tier: a",
  "us-2": "region: us, tier: b",
  "us-3": "region: us, tier: c",
};
const stops: (() => Promise<void>)[] = [];
const agents: SimulatedAgent[] = [];
/** How revisions fare that are not Healthy. */
const fates = new Map<string, "Degraded" | "Progressing">();
let world: TestControlPlane;
let api: Client;
let drover: DroverCli;
let web: WorkTree;

const guide = readGuide("rollouts.md", () => drover);

beforeAll(async () => {
  world = await prepareControlPlane();
  stops.push(world.stop);
  web = await world.git.clone("web");
  const strategy = `${guide.files.get("strategies/careful.yaml")}degradedGracePeriod: 1s\n`;
  await world.fleet.push({
    "drover.yaml": "apiVersion: drover.dev/v1\n",
    "applications/web.yaml": `source: { repository: "${world.git.host.cloneUrl("web")}", path: deploy, credentialsRef: git-host }\n`,
    "environments/production.yaml": "clusterSelector: { matchLabels: { fleet: mine } }\nstrategy: careful\n",
    "strategies/careful.yaml": strategy,
    ...Object.fromEntries(
      Object.entries(clusters).map(([name, labels]) => [
        `clusters/${name}.yaml`,
        `id: ${base32(randomBytes(16))}\nlabels: { fleet: mine, ${labels} }\n`,
      ]),
    ),
  });
  const replica = await world.start();
  api = replica.client();
  drover = droverCli({ DROVER_SERVER: replica.apiUrl, DROVER_TOKEN_FILE: world.tokenFile, DROVER_CA_FILE: world.caFile });
  await waitUntil("the fleet is projected", async () => (await api("listClusters")).items.length === Object.keys(clusters).length);
  const condition = ({ revision }: { readonly revision: string }) => ({
    sync: "Synced" as const,
    health: fates.get(revision) ?? ("Healthy" as const),
    failing: [],
  });
  for (const name of Object.keys(clusters)) agents.push(await startSimulatedAgent(world, replica, api, name, { condition }));
  stops.push(...agents.map(({ stop }) => stop));
}, 120_000);
afterAll(async () => {
  for (const stop of stops.toReversed()) await stop();
});

const newest = async () => (await api("listRollouts", { query: { application: "web", environment: "production" } })).items[0];

const until = (phase: string, revision: string) =>
  waitUntil(
    `${revision.slice(0, 7)} is ${phase}`,
    async () => {
      const rollout = await newest();
      return rollout?.revision === revision && rollout.phase === phase;
    },
    30_000,
  );

const place = "web --environment production";

test("the plan names every cluster's wave, and the rollout keeps to it", async () => {
  const REVISION = await web.push(webFiles("v1"));
  const plan = (await guide.run(`drover rollout plan ${place} --revision REVISION`, { REVISION })).out;
  expect(plan).toMatch(/eu-1 +canary/);
  expect(plan).toMatch(/eu-2 +europe/);
  expect(plan).toMatch(/us-1 +some/);
  expect(plan).toMatch(/us-3 +others/);
  expect((await api("listRollouts")).items).toEqual([]);
  await guide.run("drover promote web --to production --revision REVISION", { REVISION });
  await until("Completed", REVISION);
  expect((await guide.run(`drover rollout status ${place}`)).out).toContain("Completed");
  expect((await guide.run(`drover why ${place}`)).out).toContain(REVISION.slice(0, 7));
});

test("a rollout is paused, parts of it are skipped, and it goes on", async () => {
  const revision = await web.push(webFiles("v2"));
  fates.set(revision, "Progressing");
  await api("createPromotion", { body: { application: "web", environment: "production", revision, reason: "test" } });
  await waitUntil("it has begun", async () => (await newest())?.revision === revision);
  await guide.run(`drover rollout pause ${place} --reason "looking at the logs"`);
  await guide.run(`drover rollout skip ${place} --cluster us-1 --reason "its disks are being replaced"`);
  await guide.run(`drover rollout skip ${place} --wave some --reason "not today"`);
  await guide.run(`drover rollout resume ${place} --reason "the logs are fine"`);
  fates.delete(revision);
  for (const agent of agents) agent.tell();
  await until("Completed", revision);
  expect((await newest())?.targets).toMatchObject({ Succeeded: 3, Skipped: 2 });
});

test("what failed is tried again, accepted, or left: and everything can be stopped", async () => {
  const revision = await web.push(webFiles("v3"));
  fates.set(revision, "Degraded");
  await api("createPromotion", { body: { application: "web", environment: "production", revision, reason: "test" } });
  await until("Halted", revision);
  await guide.run(`drover rollout resume ${place} --accept-failures 1 --reason "eu-2 is known to be broken"`);
  await until("Halted", revision);
  await guide.run('drover stop --reason "something eats the disks"');
  await guide.run(`drover rollout retry ${place} --reason "the registry is back"`);
  await waitUntil("the stop holds it", async () => (await newest())?.holds.some(({ kind }) => kind === "Stopped"));
  expect(await newest()).toMatchObject({ phase: "Running", targets: { InFlight: 0 } });
  await guide.run('drover stop --release --reason "it was the backup"');
  await waitUntil("it goes on", async () => ((await newest())?.targets.InFlight ?? 0) > 0);
  await guide.run(`drover rollout abort ${place} --reason "wrong revision"`);
  expect((await newest())?.phase).toBe("Aborted");
  await guide.run(`drover rollout retry ${place} --reason "it was the right one"`);
  await waitUntil("it goes on", async () => ((await newest())?.targets.InFlight ?? 0) > 0);
  expect((await newest())?.revision).toBe(revision);
});

test("no command of the guide is left out", () => expect(guide.unused()).toEqual([]));
