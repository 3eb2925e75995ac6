import { afterAll, beforeAll, expect, test } from "vitest";
import { commandLine } from "../support/command-line.ts";
import { prepareControlPlane, type Replica, type TestControlPlane } from "../support/control-plane.ts";
import type { DroverCli } from "../support/drover-cli.ts";
import type { WorkTree } from "../support/git-work-tree.ts";
import { promote, pushSmallFleet, untilCompleted, webFiles } from "../support/small-fleet.ts";
import { type Condition, type SimulatedAgent, startSimulatedAgent } from "../support/simulated-agent.ts";
import { waitUntil } from "../support/wait-until.ts";

// `--wait` ends when there is nothing to wait for. One fleet for all tests, which run in this order: `web` on two clusters.

let world: TestControlPlane;
let web: WorkTree;
let replica: Replica;
let drover: DroverCli;
let target: Readonly<Record<string, string>>;
/** How revisions fare that are not well at once. */
const conditions = new Map<string, Condition>();
const well: Condition = { sync: "Synced", health: "Healthy", failing: [] };
const agents: SimulatedAgent[] = [];
const stops: (() => Promise<void>)[] = [];
const clusters = ["eu-1", "us-1"];
const promotion = ["promote", "web", "--to", "production", "--revision", "main", "--wait", "--timeout", "15s"] as const;

beforeAll(async () => {
  world = await prepareControlPlane();
  stops.push(world.stop);
  web = await pushSmallFleet(world, clusters);
  replica = await world.start();
  const api = replica.client();
  await waitUntil("the fleet is projected", async () => (await api("listClusters", {})).items.length === clusters.length, 30_000);
  const condition = ({ revision }: { readonly revision: string }) => conditions.get(revision) ?? well;
  for (const name of clusters) agents.push(await startSimulatedAgent(world, replica, api, name, { condition }));
  stops.push(...agents.map(({ stop }) => stop));
  const { id } = await promote(api, await web.push(webFiles("1")));
  await untilCompleted(api, id);
  target = { DROVER_SERVER: replica.apiUrl, DROVER_TOKEN_FILE: world.tokenFile, DROVER_CA_FILE: world.caFile };
  drover = commandLine(target);
});
afterAll(async () => {
  for (const stop of stops.toReversed()) await stop();
});

const there = { status: 0, said: "", out: expect.stringMatching(/\nweb in production: already there, 2 of 2 Healthy\n$/) as string };

test("what is pinned already is there", async () => {
  expect(await drover(...promotion)).toEqual(there);
});

test("a revision that the branch brought is there when it is pinned, and when the branch is followed again", async () => {
  await world.fleet.pull();
  await world.fleet.push({
    "environments/production.yaml": "clusterSelector: { matchLabels: { tier: production } }\nstrategy: in-waves\ntrack: head\n",
  });
  const follow = ["promote", "web", "--to", "production", "--revision", "head", "--wait", "--timeout", "15s"] as const;
  expect(await drover(...follow)).toEqual(there);
  expect(await drover(...promotion)).toEqual(there);
});

test("a revision that cannot be rendered ends with the problem, and so does its plan", async () => {
  await web.push({ "deploy/settings.yaml": "kind: [\n" });
  const problem = /MANIFEST_YAML.*see `drover why web --environment production`/;
  expect(await drover(...promotion)).toMatchObject({ status: 1, said: expect.stringMatching(problem) as string });
  expect(await drover("rollout", "plan", "web", "-e", "production")).toMatchObject({
    status: 1,
    out: expect.stringMatching(/Nothing would move: .*MANIFEST_YAML/) as string,
  });
});

test("what runs well is OutOfSync meanwhile, wherever one looks", async () => {
  expect((await drover("get", "applications")).out).toMatch(/web +production +\w+ +OutOfSync +Healthy .* MANIFEST_YAML\n/);
  expect((await drover("get", "statuses")).out).toMatch(/eu-1 +web +production +OutOfSync +Healthy .* MANIFEST_YAML: .*settings.yaml/);
  const inSync = async (word: string) => (await drover("get", "statuses", "--filter", `sync = "${word}"`, "-o", "name")).out;
  expect([await inSync("OutOfSync"), await inSync("Synced")]).toEqual(["status/eu-1/web\nstatus/us-1/web\n", ""]);
  expect((await drover("get", "problems")).out).toMatch(/Placement +production\/web +pins\/production\/web.yaml +MANIFEST_YAML /);
  expect((await drover("why", "web", "--cluster", "eu-1")).out).toMatch(/settings.yaml[\s\S]*runs revision \w+, Synced and Healthy/);
});

test("a promotion that mends it is not taken for held by the problem before, and goes on after Ctrl-C", async () => {
  await web.push(webFiles("2"));
  let interrupt = (): void => {};
  let out = "";
  const terminal = {
    onInterrupt: (listener: () => void) => {
      interrupt = listener;
      return () => {};
    },
    out: (text: string) => {
      out += text;
      if (out.includes("rollout/")) interrupt();
    },
  };
  expect(await commandLine(target, terminal)(...promotion)).toMatchObject({
    status: 130,
    said: "the promotion goes on without you; follow it with drover rollout status web -e production --watch\n",
  });
  expect(await drover("rollout", "status", "web", "-e", "production", "--watch")).toMatchObject({ status: 0 });
});

test("while an image cannot be pulled, the lines say which object waits for what", async () => {
  const revision = await web.push(webFiles("3"));
  const failing = {
    group: "apps",
    kind: "Deployment",
    namespace: "default",
    name: "web",
    container: "server",
    reason: "ErrImagePull",
    message: "Pod web-x: image web:9, not found",
  };
  conditions.set(revision, { sync: "Synced", health: "Degraded", failing: [failing] });
  const line = "Deployment default/web in cluster eu-1, container server: ErrImagePull, Pod web-x: image web:9, not found";
  let out = "";
  const terminal = {
    out: (text: string) => {
      out += text;
      if (!out.includes(line) || !conditions.delete(revision)) return;
      for (const agent of agents) agent.tell();
    },
  };
  const waited = commandLine(target, terminal)(...promotion);
  await waitUntil("the cluster says so", async () =>
    (await drover("get", "statuses")).out.includes("Deployment web, container server: ErrImagePull"),
  );
  expect((await drover("rollout", "status", "web", "-e", "production")).out).toContain(`waits: ${line}\n`);
  expect(await waited).toMatchObject({ status: 0 });
  const told = out.split("\n").filter((text) => text.includes(line));
  expect(told[0]).toEqual(expect.stringMatching(/^rollout\/\S+ web-\d+ Running: 0 of 2 done, 1 under way, 0 failed, /));
});

test("while an older rollout is under way, a promotion is told of its own", async () => {
  const stuck = await web.push(webFiles("4"));
  conditions.set(stuck, { sync: "Synced", health: "Progressing", failing: [] });
  await drover("promote", "web", "--to", "production", "--revision", stuck);
  await waitUntil("it is under way", async () =>
    (await drover("get", "rollouts", "--filter", `revision = "${stuck}"`)).out.includes("Running"),
  );

  await web.push({ "deploy/settings.yaml": "kind: [\n" });
  expect(await drover(...promotion)).toMatchObject({
    status: 1,
    said: expect.stringContaining("MANIFEST_YAML") as string,
    out: expect.not.stringContaining("rollout/") as string,
  });

  await web.push(webFiles("5"));
  expect(await drover(...promotion)).toMatchObject({
    status: 0,
    out: expect.not.stringContaining("Superseded") as string,
  });
});

test("who lets a rollout go on may wait for its end", async () => {
  const revision = await web.push(webFiles("6"));
  conditions.set(revision, { sync: "Synced", health: "Progressing", failing: [] });
  expect(await drover("promote", "web", "--to", "production", "--revision", revision)).toMatchObject({ status: 0 });
  // A slow commit leaves the rollout before as the newest for a moment.
  await waitUntil("it is under way", async () => {
    const { items } = await replica.client()("listRollouts", { query: { application: "web", pageSize: 1 } });
    return items[0]?.revision === revision && items[0].targets.InFlight > 0;
  });
  expect(await drover("rollout", "pause", "web", "-e", "production")).toMatchObject({ status: 0 });
  conditions.delete(revision);
  for (const agent of agents) agent.tell();
  const resumed = await drover("rollout", "resume", "web", "-e", "production", "--wait", "--timeout", "15s");
  expect(resumed).toMatchObject({ status: 0, out: expect.stringMatching(/ Running\n[^]* Completed: 2 of 2 done/) as string });
});

test("nothing is said in words", async () => {
  expect((await drover("get", "hp")).said).toBe("No held prunes found.\n");
  expect((await drover("get", "bg")).said).toBe("No break-glasses found.\n");
});
