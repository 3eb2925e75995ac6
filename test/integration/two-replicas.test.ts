import type { Client } from "@drover/proto/rest";
import { expect, onTestFinished, test } from "vitest";
import { prepareControlPlane, type Replica, type TestControlPlane } from "../support/control-plane.ts";
import { type SimulatedAgent, startSimulatedAgent } from "../support/simulated-agent.ts";
import { promote, pushSmallFleet, untilCompleted, webFiles } from "../support/small-fleet.ts";
import { waitUntil } from "../support/wait-until.ts";

const clusters = ["eu-1", "eu-2", "eu-3", "us-1", "us-2", "us-3"];

async function controlPlane(): Promise<TestControlPlane> {
  const prepared = await prepareControlPlane();
  onTestFinished(prepared.stop);
  return prepared;
}

/** An agent for each cluster, enrolled with the replicas in turns. */
async function startAgents(world: TestControlPlane, replicas: readonly Replica[]): Promise<readonly SimulatedAgent[]> {
  await waitUntil(
    "the fleet is projected",
    async () => {
      const { items } = await (replicas[0] as Replica).client()("listClusters", {});
      return items.length === clusters.length;
    },
    30_000,
  );
  const agents = await Promise.all(
    clusters.map((name, index) => {
      const replica = replicas[index % replicas.length] as Replica;
      return startSimulatedAgent(world, replica, replica.client(), name);
    }),
  );
  onTestFinished(async () => void (await Promise.all(agents.map((agent) => agent.stop()))));
  return agents;
}

test("one of two replicas is killed in the middle of a rollout, and nobody can tell afterwards", { timeout: 120_000 }, async () => {
  const world = await controlPlane();
  const web = await pushSmallFleet(world, clusters);
  // For the first time, with one data directory, at once: each has to make what is missing or take what the other made.
  const [doomed, survivor] = await Promise.all([world.start(), world.start()]);
  const agents = await startAgents(world, [doomed, survivor]);
  const first = await promote(doomed.client(), await web.push(webFiles("v1")));
  await untilCompleted(survivor.client(), first.id);

  const api = survivor.client();
  const { id } = await promote(doomed.client(), await web.push(webFiles("v2")));
  const isUnderWay = async (): Promise<boolean> => (await api("getRollout", { params: { rollout: id } })).targets.Succeeded >= 2;
  await waitUntil("the first wave is done", isUnderWay, 30_000);
  await doomed.process.kill();
  await untilCompleted(api, id, 60_000);
  await expectOneWay(api, id);

  const third = await promote(api, await web.push(webFiles("v3")));
  await untilCompleted(api, third.id);
  for (const agent of agents) expect(agent.assigned.map(({ generation }) => generation)).toEqual([1, 2, 3]);
});

test("one process serves the API and another does the work", { timeout: 60_000 }, async () => {
  const world = await controlPlane();
  const web = await pushSmallFleet(world, clusters.slice(0, 2));
  const [front] = await Promise.all([
    world.start({ DROVER_ROLES: "api" }),
    world.start({ DROVER_ROLES: "sources,planner,publisher,ingest" }),
  ]);
  const api = front.client();
  await waitUntil("the fleet is projected", async () => (await api("listClusters", {})).items.length === 2, 30_000);
  const agent = await startSimulatedAgent(world, front, api, "eu-1");
  onTestFinished(agent.stop);
  const { id } = await promote(api, await web.push(webFiles("v1")));
  await untilCompleted(api, id);
  await expectOneWay(api, id);
});

/** Of the rollout and of every cluster: each step begins where the one before ended, and none is there twice. */
async function expectOneWay(api: Client, rollout: string): Promise<void> {
  const { items } = await api("listRolloutTransitions", { params: { rollout }, query: { pageSize: 500 } });
  const ways = Map.groupBy(items, ({ cluster }) => cluster);
  expect(ways.size).toBeGreaterThan(1);
  for (const [cluster, steps] of ways) {
    const way = steps.toSorted((a, b) => a.step - b.step).map(({ from, to }) => `${from} > ${to}`);
    const want =
      cluster === undefined ? [" > Pending", "Pending > Running", "Running > Completed"] : ["Waiting > InFlight", "InFlight > Succeeded"];
    expect({ cluster, way }).toEqual({ cluster, way: want });
  }
}
