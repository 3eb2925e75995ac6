import { expect, onTestFinished, test } from "vitest";
import { backUp } from "../support/backup.ts";
import { prepareControlPlane, type Replica, type TestControlPlane } from "../support/control-plane.ts";
import { type SimulatedAgent, startSimulatedAgent } from "../support/simulated-agent.ts";
import { promote, pushSmallFleet, untilCompleted, webFiles } from "../support/small-fleet.ts";
import { waitUntil } from "../support/wait-until.ts";

const clusters = ["eu-1", "eu-2", "us-1", "us-2"];

/** The copy knows of half of the second rollout; the clusters have ended it, and are halfway through the third. */
test("a database is restored from a copy of the middle of a rollout: nothing goes backwards", { timeout: 120_000 }, async () => {
  const world = await prepareControlPlane();
  onTestFinished(world.stop);
  const web = await pushSmallFleet(world, clusters);
  const replica = await world.start();
  const api = replica.client();
  const agents = await startAgents(world, replica);
  const revisions: string[] = [];
  const promoteNext = async (): Promise<string> => {
    revisions.push(await web.push(webFiles(`v${revisions.length + 1}`)));
    return (await promote(api, revisions.at(-1) ?? "")).id;
  };
  const versionOf = (revision: string | undefined): number => revisions.indexOf(revision ?? "") + 1;
  const halfway = async (rollout: string): Promise<void> => {
    const isHalfway = async (): Promise<boolean> => (await api("getRollout", { params: { rollout } })).targets.Succeeded === 2;
    await waitUntil("the first wave is done", isHalfway, 30_000);
  };

  await untilCompleted(api, await promoteNext());
  const second = await promoteNext();
  await halfway(second);
  const backup = await backUp(world.database);
  await untilCompleted(api, second);
  await halfway(await promoteNext());
  await replica.process.kill();
  await backup.restore();

  const after = (await world.start()).client();
  const rollouts = async () => (await after("listRollouts", { query: { application: "web" } })).items;
  const third = await waitUntil(
    "the fleet's newest commit has a rollout",
    async () => (await rollouts()).find(({ revision }) => versionOf(revision) === 3),
    30_000,
  );
  await untilCompleted(after, third.id);
  expect((await rollouts()).filter(({ finishedAt }) => finishedAt === undefined)).toEqual([]);
  for (const { name, assigned, runs } of agents) {
    const given = assigned.map(({ generation, revision }) => ({ generation, version: versionOf(revision) }));
    expect({ name, given }).toEqual({ name, given: given.toSorted((a, b) => a.version - b.version) });
    expect({ name, given }).toEqual({ name, given: given.toSorted((a, b) => a.generation - b.generation) });
    const contents = new Set(given.map(({ generation, version }) => `${generation} ${version}`));
    expect({ name, contents: contents.size }).toEqual({ name, contents: new Set(given.map(({ generation }) => generation)).size });
    expect({ name, runs: versionOf(runs.get("web")?.revision) }).toEqual({ name, runs: 3 });
  }
});

async function startAgents(world: TestControlPlane, replica: Replica): Promise<readonly SimulatedAgent[]> {
  const api = replica.client();
  await waitUntil("the fleet is projected", async () => (await api("listClusters", {})).items.length === clusters.length, 30_000);
  const agents = await Promise.all(clusters.map((name) => startSimulatedAgent(world, replica, api, name)));
  onTestFinished(async () => void (await Promise.all(agents.map((agent) => agent.stop()))));
  return agents;
}
