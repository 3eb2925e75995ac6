import type { Client } from "@drover/proto/rest";
import { afterAll, beforeAll, expect, test } from "vitest";
import { prepareControlPlane, type TestControlPlane } from "../support/control-plane.ts";
import { type CliResult, type DroverCli, droverCli } from "../support/drover-cli.ts";
import type { WorkTree } from "../support/git-work-tree.ts";
import { commandsIn } from "../support/guide-commands.ts";
import { type RealAgent, startRealAgent } from "../support/real-agent.ts";
import { promote, pushSmallFleet, untilCompleted } from "../support/small-fleet.ts";
import { waitUntil } from "../support/wait-until.ts";

// The whole way: the command line, a replica, nats-server, and the bundled agent on a cluster in memory.

let world: TestControlPlane;
let api: Client;
let drover: DroverCli;
let web: WorkTree;
let agent: RealAgent;
const stops: (() => Promise<void>)[] = [];

beforeAll(async () => {
  world = await prepareControlPlane();
  stops.push(world.stop);
  web = await pushSmallFleet(world, ["eu-1"]);
  const replica = await world.start();
  api = replica.client();
  drover = droverCli({ DROVER_SERVER: replica.apiUrl, DROVER_TOKEN_FILE: world.tokenFile, DROVER_CA_FILE: world.caFile });
  await waitUntil("the fleet is projected", async () => (await api("listClusters")).items.length === 1);
  agent = await startRealAgent(world, replica, "eu-1");
  stops.push(agent.stop);
}, 120_000);
afterAll(async () => {
  for (const stop of stops.toReversed()) await stop();
});

const lines = commandsIn("remove-an-application.md").flatMap((block) => block.trim().split("\n"));
const unused = new Set(lines);

/** A line of the guide, as its reader types it. */
async function run(line: string, hash = ""): Promise<CliResult> {
  expect(lines).toContain(line);
  unused.delete(line);
  const [, ...words] = [...line.replace("HASH", hash).matchAll(/"([^"]*)"|\S+/g)].map(([word, quoted]) => quoted ?? word);
  return drover(...words);
}

/** So many ConfigMaps. */
const filesOf = (count: number): Readonly<Record<string, string>> => ({
  "deploy/all.yaml": Array.from(
    { length: count },
    (_, n) => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings-${n}, namespace: default }\ndata: { n: "${n}" }\n`,
  ).join("---\n"),
});

const inCluster = async (): Promise<readonly { readonly name: string; readonly labels: unknown }[]> =>
  (await agent.cluster.list("default", ["ConfigMap"]))
    .map(({ metadata }) => ({ name: metadata.name, labels: metadata.labels ?? {} }))
    .filter(({ name }) => name.startsWith("settings-"));

const deploy = async (count: number): Promise<void> => {
  const { id } = await promote(api, await web.push(filesOf(count)));
  await untilCompleted(api, id, 60_000);
};

const untilOver = () => waitUntil("nothing is being removed", async () => (await api("listRemovals")).items.length === 0, 45_000);

test("deletions that are held are listed, stop the rollout, and are released by their hash", async () => {
  await deploy(40);
  const { id } = await promote(api, await web.push(filesOf(10)));
  await waitUntil(
    "the rollout says that deletions are held",
    async () => (await api("getRollout", { params: { rollout: id } })).holds.some(({ kind }) => kind === "PruneHeld"),
    45_000,
  );
  expect(await inCluster()).toHaveLength(40);
  const { status, out } = await run("drover prune list web --environment production");
  expect([status, out]).toEqual([0, expect.stringMatching(/web +production +sha256:[0-9a-f]{12} +30 +1 \(eu-1\)/) as string]);
  expect((await run("drover why web --environment production")).out).toContain("PruneHeld");
  const [hash] = /sha256:[0-9a-f]{12}/.exec(out) ?? [];
  const approve = 'drover prune approve web --environment production --hash HASH --reason "the old cache goes"';
  expect((await run(approve, hash)).out).toMatch(/^1 cluster may delete sha256:/);
  await untilCompleted(api, id, 45_000);
  expect(await inCluster()).toHaveLength(10);
});

test("an application that is orphaned leaves its objects as nobody's", async () => {
  const { status } = await run('drover application remove web --environment production --orphan --reason "moves to another team"');
  expect(status).toBe(0);
  expect((await run("drover get removals")).status).toBe(0);
  await untilOver();
  const left = await inCluster();
  expect(left).toHaveLength(10);
  expect(left.flatMap(({ labels }) => Object.keys(labels ?? {}).filter((key) => key.startsWith("drover.dev/")))).toEqual([]);
});

test("an application that is deleted takes its objects along", async () => {
  await deploy(10);
  const { status, said } = await run(
    'drover application remove web --environment production --delete --yes --reason "nobody uses it any more"',
  );
  expect([status, said]).toEqual([0, expect.stringContaining("This deletes 10 objects:\n  cluster/eu-1 application/web: 10") as string]);
  await untilOver();
  expect(await inCluster()).toEqual([]);
});

test("a cluster that is removed keeps what runs, and has no identity any more", async () => {
  await deploy(5);
  const { id } = await api("getCluster", { params: { cluster: "eu-1" } });
  expect((await run('drover cluster remove eu-1 --orphan --reason "the region closes"')).status).toBe(0);
  await untilOver();
  expect((await api("getCluster", { params: { cluster: id } })).state).toBe("Revoked");
  expect(await inCluster()).toHaveLength(5);
});

test("no command of the guide is left out", () => expect([...unused]).toEqual([]));
