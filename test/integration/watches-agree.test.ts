import { readFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Client, type ClientOptions, pathParams, routeTable } from "@drover/proto/rest";
import { afterAll, beforeAll, expect, test } from "vitest";
import { prepareControlPlane, type Replica, type TestControlPlane } from "../support/control-plane.ts";
import type { WorkTree } from "../support/git-work-tree.ts";
import { startHttpReceiver } from "../support/http-receiver.ts";
import { type Condition, type SimulatedAgent, startSimulatedAgent } from "../support/simulated-agent.ts";
import { promote, pushSmallFleet, untilCompleted, webFiles } from "../support/small-fleet.ts";
import { waitUntil } from "../support/wait-until.ts";
import { comparable, cutsOf, readWatch, watches, type WatchReader } from "../support/watch-reader.ts";

// Every list is followed while a fleet is worked with: what a watch says must come to what the list says.

const stops: (() => Promise<void>)[] = [];
const stop = new AbortController();
const readers = new Map<string, WatchReader>();
let world: TestControlPlane;
let replica: Replica;
let api: Client;
let web: WorkTree;
let agent: SimulatedAgent;
let options: ClientOptions;
let names: Readonly<Record<string, string>>;
let condition: Condition = { sync: "Synced", health: "Healthy", failing: [] };
const reason = "to see whether watches tell";

beforeAll(async () => {
  const receiver = await startHttpReceiver();
  stops.push(receiver.stop);
  world = await prepareControlPlane();
  stops.push(world.stop);
  web = await pushSmallFleet(world, ["eu-1", "eu-2"]);
  await mkdir(join(world.git.credentialsDir, "hooks"));
  await writeFile(join(world.git.credentialsDir, "hooks", "signing-key"), `whsec_${Buffer.alloc(32, 7).toString("base64")}\n`);
  replica = await world.start({ DROVER_SOURCE_POLL: "1s", DROVER_EGRESS_ALLOW: `${world.git.address},${receiver.address}` });
  api = replica.client();
  options = { baseUrl: replica.apiUrl, token: (await readFile(world.tokenFile, "utf8")).trim(), fetch: replica.fetch };
  await waitUntil("the fleet is projected", async () => (await api("listClusters")).items.length === 2, 30_000);
  agent = await startSimulatedAgent(world, replica, api, "eu-1", { condition: () => condition });
  stops.push(agent.stop);
  const first = await promote(api, await web.push(webFiles("1")));
  const spec = { receiver: { type: "Webhook" as const, url: `${receiver.url}/`, credentialsRef: "hooks" } };
  await api("createNotification", { body: { name: "everything", spec, reason } });
  names = { application: "web", environment: "production", cluster: "eu-1", rollout: first.id };
  for (const { watch } of watches) readers.set(watch, readWatch(options, watch, { params: paramsOf(watch) }, stop.signal));
  const late = (): readonly string[] => watches.filter(({ watch }) => readers.get(watch)?.isSynced() !== true).map(({ watch }) => watch);
  await waitUntil("all watches have told what there is", () => late().length === 0, 30_000).catch((cause: unknown) => {
    throw new Error(`not synced: ${late().join(", ")}`, { cause });
  });
  await work(first.id);
}, 240_000);
afterAll(async () => {
  stop.abort();
  for (const end of stops.toReversed()) await end();
});

const paramsOf = (watch: keyof typeof routeTable): Record<string, string> =>
  Object.fromEntries(pathParams(routeTable[watch].path).map((name) => [name, names[name] ?? ""]));

/** Makes, changes and takes away something of every list. */
async function work(first: string): Promise<void> {
  await untilCompleted(api, first);
  const always = { "if-match": "*" };
  const waves = [{ name: "all" }];
  const nowhere = { clusterSelector: { matchLabels: { tier: "none" } } };
  await api("createStrategy", { body: { name: "at-once", spec: { waves }, reason } });
  await api("replaceStrategy", { params: { strategy: "at-once" }, body: { spec: { waves, maxFailures: 2 }, reason }, headers: always });
  await api("createStrategy", { body: { name: "unused", spec: { waves }, reason } });
  await api("deleteStrategy", { params: { strategy: "unused" }, query: { reason }, headers: always });
  await api("createProject", { body: { name: "shop", spec: {}, reason } });
  await api("deleteProject", { params: { project: "shop" }, query: { reason }, headers: always });
  await api("createEnvironment", { body: { name: "empty", spec: nowhere, reason } });
  await api("relabelCluster", { params: { cluster: "eu-2" }, body: { labels: { tier: "none" }, reason } });

  const { id: token } = await api("createApiToken", { body: { subject: "eve", role: "viewer" } });
  await api("revokeApiToken", { params: { token } });
  const { id: breakGlass } = await api("createBreakGlass", { body: { environment: "empty", reason, ttl: "1h" } });
  await api("endBreakGlass", { params: { breakGlass }, body: { reason } });
  await api("testNotification", { params: { notification: "everything" }, body: {} });

  // A list of deletions that is held back, approved and then gone.
  condition = {
    sync: "OutOfSync",
    health: "Healthy",
    failing: [],
    reason: "PruneHeld",
    held: { hash: `sha256:${"a".repeat(64)}`, objects: 3 },
  };
  agent.tell();
  const held = await waitUntil("the deletions are held", async () => (await api("listHeldPrunes")).items[0]);
  await api("createPruneApproval", { body: { application: "web", environment: "production", hash: held.hash, reason } });
  condition = { sync: "Synced", health: "Healthy", failing: [], message: "all there" };
  agent.tell();

  // What no agent knows of: its status is OutOfSync by what git wants alone.
  const { revision } = await api("getPlacement", { params: { environment: "production", application: "web" } });
  await api("createPromotion", {
    body: { application: "web", environment: "production", revision: await web.push({ "deploy/settings.yaml": "kind: [\n" }), reason },
  });
  await waitUntil("it is held", async () => (await api("listStatuses", { query: { filter: 'sync = "OutOfSync"' } })).items.length === 1);
  await api("createPromotion", { body: { application: "web", environment: "production", revision: revision ?? "", reason } });
  await waitUntil("it is let go", async () => (await api("listStatuses", { query: { filter: 'sync = "Synced"' } })).items.length === 1);

  // What is followed and is not there is a problem of the application that follows it, until somebody pushes it.
  await api("createEnvironment", { body: { name: "following", spec: { ...nowhere, source: { ref: "next" } }, reason } });
  const isMissing = async (): Promise<boolean> => (await api("listFleetProblems")).items.some(({ name }) => name === "web@next");
  await waitUntil("the branch is missing", isMissing, 20_000);
  await web.git("push", "--quiet", "origin", "HEAD:refs/heads/next");
  await waitUntil("the branch is there", async () => !(await isMissing()), 20_000);
  await api("deleteEnvironment", { params: { environment: "following" }, query: { reason }, headers: always });

  const second = await promote(api, await web.push(webFiles("2")));
  await untilCompleted(api, second.id);
  const back = await api("createRollback", { body: { application: "web", environment: "production", reason } });
  await waitUntil("the rollback is a rollout", async () => (await api("getPromotion", { params: { promotion: back.id } })).rollouts[0]);
  await world.fleet.pull();
  await world.fleet.push({
    "strategies/bad.yaml": "waves: nonsense\n",
    "freezes/night.yaml": "environments: [empty]\nfrom: 2026-01-01T00:00:00Z\nuntil: 2026-01-02T00:00:00Z\n",
    "quarantines/web.yaml": `revisions:\n  - { revision: "${"b".repeat(40)}", reason: bad }\n  - { revision: "${"c".repeat(40)}", reason: bad }\n`,
  });
  await waitUntil("the bad file is told", async () => (await api("listFleetProblems")).items.length > 0, 20_000);
  await waitUntil("both are refused", async () => (await api("listQuarantines")).items.length === 2, 20_000);
  await world.fleet.push({ "quarantines/web.yaml": `revisions:\n  - { revision: "${"c".repeat(40)}", reason: bad }\n` });
  await waitUntil("one is refused", async () => (await api("listQuarantines")).items.length === 1, 20_000);
  await api("removeApplication", { params: { application: "web" }, body: { environment: "production", deletionPolicy: "Orphan", reason } });
  await api("deleteEnvironment", { params: { environment: "empty" }, query: { reason }, headers: always });
}

async function listed(list: keyof typeof routeTable, watch: keyof typeof routeTable): Promise<readonly string[]> {
  const ask = api as unknown as (operation: string, input: object) => Promise<{ readonly items: readonly unknown[] }>;
  return comparable((await ask(list, { params: paramsOf(watch), query: { pageSize: 500 } })).items);
}

/** What the watch says and what the list says; the fleet goes on by itself, hence as soon as they agree. */
async function compared(reader: WatchReader, { list, watch }: (typeof watches)[number]) {
  let [said, is]: [readonly string[], readonly string[]] = [[], ["not asked"]];
  const agree = async (): Promise<boolean> => {
    [is, said] = [await listed(list, watch), reader.items()];
    return is.length === said.length && is.every((item, index) => item === said[index]);
  };
  await waitUntil("the watch and its list agree", agree, 8_000).catch(() => {});
  return { said: { items: said, problem: reader.problem() }, is: { items: is, problem: undefined } };
}

test.each(watches)("$watch comes to what $list says", async (one) => {
  const { said, is } = await compared(readers.get(one.watch)!, one);
  expect(said).toEqual(is);
});

test.each(watches)("$watch goes on behind any of its messages without loss", async (one) => {
  const cut = new AbortController();
  const resumed = cutsOf(readers.get(one.watch)!.messages, 4).map((before) =>
    readWatch(options, one.watch, { params: paramsOf(one.watch) }, cut.signal, before),
  );
  try {
    for (const reader of resumed) {
      const { said, is } = await compared(reader, one);
      expect(said).toEqual(is);
    }
  } finally {
    cut.abort();
  }
});
