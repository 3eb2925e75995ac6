import { randomBytes } from "node:crypto";
import { base32 } from "@drover/kit";
import type { Client } from "@drover/proto/rest";
import { afterAll, beforeAll, expect, test } from "vitest";
import { prepareControlPlane, type TestControlPlane } from "../support/control-plane.ts";
import { type DroverCli, droverCli } from "../support/drover-cli.ts";
import type { WorkTree } from "../support/git-work-tree.ts";
import { readGuide } from "../support/guide-reader.ts";
import { startSimulatedAgent } from "../support/simulated-agent.ts";
import { webFiles } from "../support/small-fleet.ts";
import { waitUntil } from "../support/wait-until.ts";

const clusters: Readonly<Record<string, string>> = { "eu-1": "production", "us-1": "production", "test-1": "staging" };
const stops: (() => Promise<void>)[] = [];
/** Revisions that crash. */
const crashing = new Set<string>();
const revisions: string[] = [];
let world: TestControlPlane;
let api: Client;
let drover: DroverCli;
let web: WorkTree;

const guide = readGuide("rollback.md", () => drover);

beforeAll(async () => {
  world = await prepareControlPlane();
  stops.push(world.stop);
  web = await world.git.clone("web");
  const environment = (name: string) => `clusterSelector: { matchLabels: { tier: ${name} } }\nstrategy: careful\n`;
  await world.fleet.push({
    "drover.yaml": "apiVersion: drover.dev/v1\n",
    "applications/web.yaml": `source: { repository: "${world.git.host.cloneUrl("web")}", path: deploy, credentialsRef: git-host }\n`,
    "environments/production.yaml": environment("production"),
    "environments/staging.yaml": environment("staging"),
    "strategies/careful.yaml": `${guide.files.get("strategies/careful.yaml")}degradedGracePeriod: 1s\n`,
    ...Object.fromEntries(
      Object.entries(clusters).map(([name, tier]) => [
        `clusters/${name}.yaml`,
        `id: ${base32(randomBytes(16))}\nlabels: { tier: ${tier} }\n`,
      ]),
    ),
  });
  const replica = await world.start();
  api = replica.client();
  drover = droverCli({ DROVER_SERVER: replica.apiUrl, DROVER_TOKEN_FILE: world.tokenFile, DROVER_CA_FILE: world.caFile });
  await waitUntil("the fleet is projected", async () => (await api("listClusters")).items.length === Object.keys(clusters).length);
  const condition = ({ revision }: { readonly revision: string }) => ({
    sync: "Synced" as const,
    health: crashing.has(revision) ? ("Degraded" as const) : ("Healthy" as const),
    failing: [],
  });
  for (const name of Object.keys(clusters)) stops.push((await startSimulatedAgent(world, replica, api, name, { condition })).stop);
  for (const version of ["v1", "v2"]) {
    revisions.push(await web.push(webFiles(version)));
    for (const name of ["production", "staging"]) await promoteTo(name, revisions.at(-1) ?? "");
  }
}, 120_000);
afterAll(async () => {
  for (const stop of stops.toReversed()) await stop();
});

async function promoteTo(environment: string, revision: string, phase = "Completed"): Promise<void> {
  await api("createPromotion", { body: { application: "web", environment, revision, reason: "test" } });
  await until(environment, revision, phase);
}

const until = (environment: string, revision: string, phase = "Completed") =>
  waitUntil(
    `${revision.slice(0, 7)} is ${phase} in ${environment}`,
    async () => {
      const { items } = await api("listRollouts", { query: { application: "web", environment } });
      return items.find((rollout) => rollout.revision === revision)?.phase === phase;
    },
    30_000,
  );

/** What the pins say, production first. */
const pins = async () =>
  Promise.all(
    ["production", "staging"].map(async (environment) => {
      const { pin } = await api("getPlacement", { params: { environment, application: "web" } });
      return revisions.indexOf(pin?.revision ?? "") + 1;
    }),
  );

test("what crashes comes back by itself, is quarantined, and may be tried again when that is lifted", async () => {
  const bad = await web.push(webFiles("v3"));
  crashing.add(bad);
  await promoteTo("production", bad, "RolledBack");
  const why = await guide.run("drover why web --environment production");
  expect(why.out).toContain("it took back revision");
  await waitUntil("git says so", async () => (await api("listQuarantines")).items[0]?.state === "Committed", 20_000);
  expect((await guide.run("drover get quarantines --application web")).out).toContain("Committed");
  await guide.run('drover quarantine lift web REVISION --reason "the node pool was at fault"', { REVISION: bad.slice(0, 12) });
  crashing.delete(bad);
  revisions.push(bad);
  await promoteTo("production", bad);
}, 60_000);

test("a person sends back one environment, one cluster, several, everything, and what one commit moved", async () => {
  const [v1 = "", v2 = "", v3 = ""] = revisions;
  expect((await guide.run("drover rollback web --environment production --plan")).out).toContain(v2.slice(0, 7));
  await guide.run('drover rollback web --environment production --reason "prices are wrong"');
  await until("production", v2);
  await guide.run('drover rollback web --environment production --cluster us-1 --reason "only there"');
  await guide.run('drover rollback web --environment production --revision REVISION --reason "the last good one"', { REVISION: v1 });
  expect(await pins()).toEqual([1, 2]);
  await guide.run('drover rollback web -e production -e staging --reason "prices are wrong"');
  await guide.run('drover rollback web --everywhere --reason "prices are wrong" --yes');
  const { commit = "" } = await api("createPromotion", {
    body: { application: "web", environment: "staging", revision: v3, reason: "test" },
  });
  await until("staging", v3);
  await guide.run('drover rollback --change CHANGE --reason "that commit was a mistake"', { CHANGE: commit });
  expect((await pins())[1]).not.toBe(3);
  expect(guide.unused()).toEqual([]);
}, 60_000);
