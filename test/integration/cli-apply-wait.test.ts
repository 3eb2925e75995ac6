import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { commandLine } from "../support/command-line.ts";
import { prepareControlPlane, type TestControlPlane } from "../support/control-plane.ts";
import type { DroverCli } from "../support/drover-cli.ts";
import { promote, pushSmallFleet, untilCompleted, webFiles } from "../support/small-fleet.ts";
import { type Condition, startSimulatedAgent } from "../support/simulated-agent.ts";
import { waitUntil } from "../support/wait-until.ts";

// An edit of a file that moves clusters, and waiting for them. One fleet for all tests, which run in this order: `web` on two clusters.

let world: TestControlPlane;
let drover: DroverCli;
let condition: Condition = { sync: "Synced", health: "Healthy", failing: [] };
const stops: (() => Promise<void>)[] = [];
const clusters = ["eu-1", "us-1"];

beforeAll(async () => {
  world = await prepareControlPlane();
  stops.push(world.stop);
  const web = await pushSmallFleet(world, clusters);
  const replica = await world.start();
  const api = replica.client();
  await waitUntil("the fleet is projected", async () => (await api("listClusters", {})).items.length === clusters.length, 30_000);
  for (const name of clusters) stops.push((await startSimulatedAgent(world, replica, api, name, { condition: () => condition })).stop);
  const settings = webFiles("2")["deploy/settings.yaml"] ?? "";
  const { id } = await promote(api, await web.push({ ...webFiles("1"), "other/settings.yaml": settings }));
  await untilCompleted(api, id);
  drover = commandLine({ DROVER_SERVER: replica.apiUrl, DROVER_TOKEN_FILE: world.tokenFile, DROVER_CA_FILE: world.caFile });
});
afterAll(async () => {
  for (const stop of stops.toReversed()) await stop();
});

async function apply(path: string, text: string, ...more: readonly string[]) {
  const file = join(world.folder, "mine", path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  return drover("apply", "-f", file, ...more);
}

const webAt = (path: string): string =>
  `source: { repository: "${world.git.host.cloneUrl("web")}", path: ${path}, credentialsRef: git-host }\n`;
const wait = ["--wait", "--timeout", "20s"] as const;

test("an edit that moves clusters ends when its rollout has", async () => {
  const { status, out, said } = await apply("applications/web.yaml", webAt("other"), ...wait);
  expect([status, said]).toEqual([0, ""]);
  expect(out).toMatch(/^application\/web configured\n[^]*rollout\/\S+ \S+ Completed: 2 of 2 done, 0 under way, 0 failed\n$/);
});

test("an edit that moves nothing is over at once", async () => {
  const same = { status: 0, out: "application/web unchanged\n", said: "" };
  expect(await apply("applications/web.yaml", webAt("other"), ...wait)).toEqual(same);
  const strategy =
    "waves:\n  - { name: wave-0, clusterSelector: { matchLabels: { wave: wave-0 } } }\nmaxFailures: 0\ndegradedGracePeriod: 1s\n";
  expect(await apply("strategies/in-waves.yaml", strategy, ...wait)).toEqual({ ...same, out: "strategy/in-waves configured\n" });
  const environment = "clusterSelector: { matchLabels: { tier: production } }\nstrategy: in-waves\npromotesFrom: []\n";
  const out = "environment/production configured\nweb in production: already there, 2 of 2 Healthy\n";
  expect(await apply("environments/production.yaml", environment, ...wait)).toEqual({ ...same, out });
});

test("for a script the edits are the data, and how the rollout goes is said", async () => {
  const { status, out, said } = await apply("applications/web.yaml", webAt("deploy"), ...wait, "-o", "json");
  expect(status).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ kind: "List", items: [{ name: "web", result: "Changed" }] });
  expect(said).toContain("Completed");
});

test("what an edit brings about elsewhere is said when it is carried out, as when it is rehearsed", async () => {
  const nowhere = "clusterSelector: { matchLabels: { tier: nowhere } }\n";
  const warning = "warning: environments/nowhere.yaml:2: the environment has no clusters: none has these labels\n";
  const rehearsed = await apply("environments/nowhere.yaml", nowhere, "--dry-run=server");
  expect(rehearsed).toEqual({ status: 0, out: "environment/nowhere created (server dry run)\n", said: warning });
  expect(await apply("environments/nowhere.yaml", nowhere)).toEqual({ status: 0, out: "environment/nowhere created\n", said: warning });
  expect(await apply("environments/nowhere.yaml", nowhere)).toEqual({ status: 0, out: "environment/nowhere unchanged\n", said: "" });
});

test("a rollout that fails, and an edit that nothing can be made of, end with 1 and the reason", async () => {
  condition = { sync: "Synced", health: "Degraded", failing: [] };
  const failed = await apply("applications/web.yaml", webAt("other"), ...wait);
  expect([failed.status, failed.said]).toEqual([1, expect.stringMatching(/^Halted: /)]);
  const held = await apply("applications/web.yaml", webAt("nowhere"), ...wait);
  expect([held.status, held.said]).toEqual([1, expect.stringMatching(/^web in production is held: .*; see `drover why web/)]);
});
