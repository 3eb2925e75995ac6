import type { Client, WhyLink } from "@drover/proto/rest";
import { afterAll, beforeAll, expect, test } from "vitest";
import { prepareControlPlane, type Replica, type TestControlPlane } from "../support/control-plane.ts";
import { type DroverCli, droverCli } from "../support/drover-cli.ts";
import type { WorkTree } from "../support/git-work-tree.ts";
import { type SimulatedAgent, startSimulatedAgent } from "../support/simulated-agent.ts";
import { promote, pushSmallFleet, untilCompleted, webFiles } from "../support/small-fleet.ts";
import { waitUntil } from "../support/wait-until.ts";

let controlPlane: TestControlPlane;
let replica: Replica;
let api: Client;
let drover: DroverCli;
let web: WorkTree;
const agents = new Map<string, SimulatedAgent>();
const names = ["eu-1", "eu-2", "eu-3"] as const;

beforeAll(async () => {
  controlPlane = await prepareControlPlane();
  web = await pushSmallFleet(controlPlane, names);
  replica = await controlPlane.start({ DROVER_SOURCE_POLL: "1s" });
  api = replica.client();
  drover = droverCli({ DROVER_SERVER: replica.apiUrl, DROVER_TOKEN_FILE: controlPlane.tokenFile, DROVER_CA_FILE: controlPlane.caFile });
  await waitUntil("the fleet is projected", async () => (await api("listClusters")).items.length === names.length);
  for (const name of names) agents.set(name, await startSimulatedAgent(controlPlane, replica, api, name));
}, 120_000);
afterAll(async () => {
  await Promise.all([...agents.values()].map((agent) => agent.stop()));
  await controlPlane.stop();
});

const agent = (name: (typeof names)[number]): SimulatedAgent => agents.get(name)!;
const removals = async () => (await api("listRemovals")).items;
const filesOf = async (): Promise<readonly string[]> => {
  await controlPlane.fleet.pull();
  return (await controlPlane.fleet.git("ls-files")).split("\n");
};
const deploy = async (version: string): Promise<void> => {
  const { id } = await promote(api, await web.push(webFiles(version)));
  await untilCompleted(api, id);
};
const untilOver = () => waitUntil("nothing is being removed", async () => (await removals()).length === 0, 30_000);

test("an application is removed from an environment: the pin goes, agents are told, and the entry goes when all have done it", async () => {
  await deploy("1");
  const before = agent("eu-1").assigned.at(-1);
  const refused = await drover("application", "remove", "web", "-e", "production", "--delete", "-m", "nobody uses it");
  expect(refused.status).toBe(1);
  expect(refused.said).toContain("This deletes 3 objects:\n  cluster/eu-1 application/web: 1");
  expect(refused.said).toContain("NOT_CONFIRMED");
  expect(await filesOf()).toContain("pins/production/web.yaml");

  const removed = await drover("application", "remove", "web", "-e", "production", "--delete", "--yes", "-m", "nobody uses it");
  expect([removed.status, removed.out]).toEqual([
    0,
    expect.stringContaining("application/web in production is being removed (Delete)") as string,
  ]);
  await untilOver();
  for (const name of names)
    expect(agent(name).assigned.at(-1)).toMatchObject({
      state: "removing",
      deletionPolicy: "Delete",
      generation: (before?.generation ?? 0) + 1,
    });
  expect(await filesOf()).not.toEqual(expect.arrayContaining([expect.stringMatching(/^(pins|removals)\//)]));
  const log = await controlPlane.fleet.git("log", "-2", "--format=%s");
  expect(log.split("\n")).toEqual(["production/web is removed", "remove web from production, deleting its objects"]);
  expect((await api("listClusterApplications", { params: { cluster: "eu-1" } })).items).toEqual([]);
});

test("it may come back, under a higher generation", async () => {
  const before = agent("eu-1").assigned.at(-1)?.generation ?? 0;
  await deploy("2");
  expect(agent("eu-1").assigned.at(-1)).toMatchObject({ state: "active", generation: before + 1 });
  expect(agent("eu-1").assigned.at(-1)).not.toHaveProperty("deletionPolicy");
});

test("a pin that somebody deletes by hand removes nothing: absence is not deletion", async () => {
  const last = agent("eu-2").assigned.at(-1);
  await controlPlane.fleet.pull();
  await controlPlane.fleet.push({ "pins/production/web.yaml": undefined });
  await waitUntil("it is withdrawn", async () => {
    const { items } = await api("listAssignments", { query: { application: "web" } });
    return items.every(({ state }) => state === "Withdrawn");
  });
  expect(await removals()).toEqual([]);
  expect(agent("eu-2").assigned.at(-1)).toEqual(last);
});

test("what was left behind can still be removed, without an offline cluster the removal goes on, and why names it", async () => {
  await agent("eu-3").stop();
  agents.delete("eu-3");
  const { id } = await api("getCluster", { params: { cluster: "eu-3" } });
  await controlPlane.database.query({
    text: "update cluster_reports set seen_at = now() - interval '1 hour' where cluster_id = $1",
    values: [id],
  });
  const { status } = await drover("application", "remove", "web", "-e", "production", "--orphan", "-m", "handed over");
  expect(status).toBe(0);
  await waitUntil("the others have done it", async () => (await removals())[0]?.waiting === 1);
  expect(await removals()).toMatchObject([
    {
      kind: "Application",
      application: "web",
      environment: "production",
      deletionPolicy: "Orphan",
      waitingFor: [{ cluster: "eu-3", clusterState: "Offline" }],
    },
  ]);
  expect((await drover("get", "removals")).out).toMatch(/Application +web +production +Orphan +1 +eu-3 \(Offline\)/);
  const { links } = await api("explain", { query: { application: "web", environment: "production" } });
  expect(links).toMatchObject([
    { kind: "Removing" },
    { kind: "Offline", action: expect.stringContaining("drover cluster revoke eu-3") as string },
  ] satisfies Partial<WhyLink>[]);
  await expect(promote(api, await web.push(webFiles("3")))).rejects.toMatchObject({ code: "REMOVAL_PENDING" });

  await api("revokeCluster", { params: { cluster: "eu-3" }, body: { reason: "it burnt down" } });
  await untilOver();
});

test("a cluster that is removed keeps what runs, lets go of it, and then has no identity any more", async () => {
  await deploy("4");
  const { status, out } = await drover("cluster", "remove", "eu-2", "-m", "the region closes");
  expect([status, out]).toEqual([0, expect.stringContaining("cluster/eu-2 is being removed (Orphan)") as string]);
  await untilOver();
  expect(agent("eu-2").assigned.at(-1)).toMatchObject({ application: "web", state: "removing", deletionPolicy: "Orphan" });
  expect(await filesOf()).not.toEqual(expect.arrayContaining(["clusters/eu-2.yaml", "removals/clusters/eu-2.yaml"]));
  const { id } = agent("eu-2").cluster === undefined ? { id: "" } : { id: agent("eu-2").cluster };
  expect((await api("getCluster", { params: { cluster: id } })).state).toBe("Revoked");
  expect(agent("eu-1").assigned.at(-1)).toMatchObject({ state: "active" });
});

test("an application that another environment wants on the same cluster moves there, and nothing is deleted on the way", async () => {
  await controlPlane.fleet.pull();
  const pin = await controlPlane.fleet.git("show", "HEAD:pins/production/web.yaml");
  await controlPlane.fleet.push({
    "environments/edge.yaml": "clusterSelector: { matchLabels: { tier: production } }\n",
    "pins/edge/web.yaml": `${pin}\n`,
  });
  await waitUntil("both want it", async () => {
    const { rows } = await controlPlane.database.query({
      text: "select from placements where environment = 'edge' and jsonb_array_length(holds) > 0",
    });
    return rows.length === 1;
  });
  const before = agent("eu-1").assigned.length;
  const removed = await drover("application", "remove", "web", "-e", "production", "--delete", "--yes", "-m", "it is at the edge now");
  expect(removed.status).toBe(0);
  await waitUntil("the other environment has it", async () => {
    const { items } = await api("listAssignments", { query: { cluster: "eu-1", application: "web" } });
    return items[0]?.environment === "edge" && items[0].state === "Active";
  });
  // It holds the same content, and must hear whose it is now: a sync with the older wording would take the move back.
  await waitUntil("its agent knows", () => agent("eu-1").runs.get("web")?.environment === "edge");
  await untilOver();
  expect((await api("listAssignments", { query: { cluster: "eu-1", application: "web" } })).items[0]).toMatchObject({
    environment: "edge",
  });
  expect(
    agent("eu-1")
      .assigned.slice(before)
      .map(({ state }) => state),
  ).not.toContain("removing");
});

test("an application that is removed everywhere has no file any more", async () => {
  const { status } = await drover("application", "remove", "web", "--orphan", "-m", "it is done");
  expect(status).toBe(0);
  await untilOver();
  expect(agent("eu-1").assigned.at(-1)).toMatchObject({ state: "removing", deletionPolicy: "Orphan" });
  expect(await filesOf()).not.toEqual(expect.arrayContaining(["applications/web.yaml"]));
  await expect(api("getApplication", { params: { application: "web" } })).rejects.toMatchObject({ code: "APPLICATION_NOT_FOUND" });
  expect((await drover("application", "remove", "web", "--orphan", "-m", "again")).said).toContain("APPLICATION_NOT_FOUND");
});
