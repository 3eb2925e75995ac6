import { randomBytes } from "node:crypto";
import { base32 } from "@drover/kit";
import { parseFleetFile } from "@drover/proto/fleet";
import type { Client } from "@drover/proto/rest";
import { afterAll, beforeAll, expect, test } from "vitest";
import { prepareControlPlane, type TestControlPlane } from "../support/control-plane.ts";
import { type DroverCli, droverCli } from "../support/drover-cli.ts";
import type { WorkTree } from "../support/git-work-tree.ts";
import { readGuide } from "../support/guide-reader.ts";
import { startSimulatedAgent } from "../support/simulated-agent.ts";
import { webFiles } from "../support/small-fleet.ts";
import { waitUntil } from "../support/wait-until.ts";

let world: TestControlPlane;
let api: Client;
let drover: DroverCli;
let web: WorkTree;
const stops: (() => Promise<void>)[] = [];
const patienceMs = 30_000;
const { files, run, unused } = readGuide("windows-and-freezes.md", () => drover);

const cluster = (tier: string): string => `id: ${base32(randomBytes(16))}\nlabels: { tier: ${tier} }\n`;

beforeAll(async () => {
  world = await prepareControlPlane();
  stops.push(world.stop);
  web = await world.git.clone("web");
  await world.fleet.push({
    "drover.yaml": "apiVersion: drover.dev/v1\n",
    "applications/web.yaml": `source: { repository: "${world.git.host.cloneUrl("web")}", path: deploy, credentialsRef: git-host }\n`,
    "environments/staging.yaml": "clusterSelector: { matchLabels: { tier: staging } }\n",
    "environments/production.yaml": "clusterSelector: { matchLabels: { tier: production } }\npromotesFrom: [staging]\n",
    "projects/default.yaml": (files.get("projects/default.yaml") ?? "").replace("soakTime: 1h", "soakTime: 3s"),
    "clusters/s1.yaml": cluster("staging"),
    "clusters/p1.yaml": cluster("production"),
  });
  const replica = await world.start({ DROVER_SOURCE_POLL: "1s" });
  api = replica.client();
  drover = droverCli({ DROVER_SERVER: replica.apiUrl, DROVER_TOKEN_FILE: world.tokenFile, DROVER_CA_FILE: world.caFile });
  await waitUntil("the fleet is projected", async () => (await api("listClusters")).items.length === 2);
  for (const name of ["s1", "p1"]) stops.push((await startSimulatedAgent(world, replica, api, name)).stop);
}, 120_000);
afterAll(async () => {
  for (const stop of stops.toReversed()) await stop();
});

const promote = (environment: string, revision: string) =>
  api("createPromotion", { body: { application: "web", environment, revision, reason: "test" } });

const newest = async (environment: string) => (await api("listRollouts", { query: { application: "web", environment } })).items[0];

const untilCompleted = (environment: string, revision: string) =>
  waitUntil(
    `${revision.slice(0, 7)} has completed in ${environment}`,
    async () => {
      const rollout = await newest(environment);
      return rollout?.revision === revision && rollout.phase === "Completed";
    },
    patienceMs,
  );

const untilHeld = (environment: string, kind: string) =>
  waitUntil(
    `the rollout in ${environment} is held: ${kind}`,
    async () => (await newest(environment))?.holds.some((hold) => hold.kind === kind),
    patienceMs,
  );

const untilWhy = (kind: string) =>
  waitUntil(
    `why names ${kind}`,
    async () => {
      const { links } = await api("explain", { query: { application: "web", environment: "production" } });
      return links.find((link) => link.kind === kind);
    },
    patienceMs,
  );

/** A new version, promoted to staging and completed there. */
async function stage(version: string): Promise<string> {
  const revision = await web.push(webFiles(version));
  await promote("staging", revision);
  await untilCompleted("staging", revision);
  return revision;
}

test("the files of the guide are valid", () => {
  expect([...files.keys()]).toEqual([
    "environments/production.yaml",
    "freezes/launch.yaml",
    "projects/default.yaml",
    "pins/production/web.yaml",
  ]);
  for (const [path, form] of files) expect(parseFleetFile(path, form)).toMatchObject({ kind: "object" });
});

const revisions: Record<string, string> = {};

test("what soaked in staging follows to production, by a promotion of its own", async () => {
  const [v1, soaking] = await Promise.all([stage("v1"), untilWhy("AutoPromotionSoaking")]);
  revisions["v1"] = v1;
  expect(soaking).toMatchObject({ next: expect.any(String) as string });
  await untilCompleted("production", v1);
  const { items } = await api("listPromotions", { query: { environment: "production" } });
  expect(items).toMatchObject([{ actor: "drover/auto-promotion", revision: v1 }]);
  await world.fleet.pull();
  expect(await world.fleet.git("show", "HEAD:pins/production/web.yaml")).toContain("promotion: Automatic");
});

test("a person's pin holds auto-promotion until it is given back", async () => {
  const v2 = await stage("v2");
  await untilCompleted("production", v2);
  await run("drover promote web --to production --revision REVISION", { REVISION: revisions["v1"] ?? "" });
  expect((await untilWhy("AutoPromotionHeld"))?.message).toContain("a person pinned");
  await run('drover promotion resume-auto web --environment production --reason "follow staging again"');
  await untilCompleted("production", v2);
});

test("a freeze holds auto-promotion and people's promotions, and lets a rollback pass", async () => {
  await world.fleet.pull();
  await world.fleet.push({ "freezes/launch.yaml": files.get("freezes/launch.yaml") ?? "" });
  const v4 = (revisions["v4"] = await stage("v4"));
  expect((await untilWhy("AutoPromotionHeld"))?.message).toContain("freeze launch");

  await promote("production", v4);
  await untilHeld("production", "Frozen");
  const { out } = await run("drover why web --environment production");
  expect(out).toContain("freeze launch until 2036-12-01T08:00:00.000Z: the launch of the shop");
  await run('drover rollback web --environment production --reason "the new one is slow"');
  await waitUntil(
    "the rollback has completed",
    async () => {
      const rollout = await newest("production");
      return rollout?.revision !== v4 && rollout?.phase === "Completed";
    },
    patienceMs,
  );
});

test("break-glass lets a promotion through a freeze, for everybody to see", async () => {
  const v4 = revisions["v4"] ?? "";
  await promote("production", v4);
  await untilHeld("production", "Frozen");
  await run('drover break-glass production --reason "the site is down" --for 1h');
  await untilCompleted("production", v4);
  expect(await untilWhy("BreakGlass")).toMatchObject({ message: expect.stringContaining("the site is down") as string });
  const { out } = await run("drover break-glass list --open");
  const [id = ""] = /[0-9a-f-]{36}/.exec(out) ?? [];
  expect((await run('drover break-glass end ID --reason "the site is up again"', { ID: id })).out).toBe(`break-glass/${id} Ended\n`);
  const { items } = await api("listAudit", { query: { object: `break-glass/${id}` } });
  expect(items.map(({ action }) => action)).toEqual(["break-glass.end", "break-glass.begin"]);
});

test("what a freeze holds goes on when its file goes", async () => {
  const v5 = await stage("v5");
  await promote("production", v5);
  await untilHeld("production", "Frozen");
  await world.fleet.pull();
  await world.fleet.push({ "freezes/launch.yaml": undefined });
  await untilCompleted("production", v5);
  expect((await api("explain", { query: { application: "web", environment: "production" } })).links).toMatchObject([{ kind: "Completed" }]);
});

test("the emergency stop holds every rollout until it is released", async () => {
  await run('drover stop --reason "the registry serves wrong images"');
  const v6 = await web.push(webFiles("v6"));
  await promote("staging", v6);
  await untilHeld("staging", "Stopped");
  expect((await run("drover stop status")).out).toMatch(/^fleet stopped by users\/\S+ since .*: the registry serves wrong images\n$/);
  expect((await run('drover stop --release --reason "the registry is mended"')).out).toBe("fleet released: rollouts go on\n");
  await untilCompleted("staging", v6);
});

test("no command of the guide is left out", () => expect(unused()).toEqual([]));
