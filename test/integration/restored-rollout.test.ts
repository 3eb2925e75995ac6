import { expect, onTestFinished, test } from "vitest";
import { backUp } from "../support/backup.ts";
import { prepareControlPlane, type Replica, type TestControlPlane } from "../support/control-plane.ts";
import { type SimulatedAgent, startSimulatedAgent } from "../support/simulated-agent.ts";
import { promote, pushSmallFleet, untilCompleted, webFiles } from "../support/small-fleet.ts";
import { waitUntil } from "../support/wait-until.ts";

const clusters = ["eu-1", "eu-2", "us-1", "us-2"];

test(
  "a database restored from a copy of the middle of a rollout: nothing goes backwards, and the newest one ends",
  { timeout: 120_000 },
  async () => {
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
    const halfway = (rollout: string): Promise<boolean> =>
      waitUntil("the first wave is done", async () => (await api("getRollout", { params: { rollout } })).targets.Succeeded === 2, 30_000);

    await untilCompleted(api, await promoteNext());
    const second = await promoteNext();
    await halfway(second);
    const backup = await backUp(world.database);
    await untilCompleted(api, second);
    await halfway(await promoteNext());
    await replica.process.kill();
    await backup.restore();

    const after = (await world.start()).client();
    const newest = await waitUntil(
      "the fleet's newest commit has a rollout",
      async () => (await after("listRollouts", { query: { application: "web" } })).items.find(({ revision }) => revision === revisions[2]),
      30_000,
    );
    await untilCompleted(after, newest.id);
    const { items } = await after("listRollouts", { query: { application: "web" } });
    expect(items.map(({ revision, phase }) => [revisions.indexOf(revision) + 1, phase]).sort()).toEqual([
      [1, "Completed"],
      [2, "Superseded"],
      [3, "Completed"],
    ]);
    for (const { name, assigned, runs } of agents) {
      const versions = assigned.map(({ revision }) => revisions.indexOf(revision) + 1);
      expect({ name, versions }).toEqual({ name, versions: versions.toSorted((a, b) => a - b) });
      const contents = Map.groupBy(assigned, ({ generation }) => generation);
      for (const [generation, ones] of contents)
        expect({ name, generation, bundles: new Set(ones.map(({ bundle }) => bundle.sha256)).size }).toEqual({
          name,
          generation,
          bundles: 1,
        });
      expect(assigned.map(({ generation }) => generation)).toEqual(assigned.map(({ generation }) => generation).toSorted((a, b) => a - b));
      expect(runs.get("web")?.revision).toBe(revisions[2]);
    }
  },
);

async function startAgents(world: TestControlPlane, replica: Replica): Promise<readonly SimulatedAgent[]> {
  const api = replica.client();
  await waitUntil("the fleet is projected", async () => (await api("listClusters", {})).items.length === clusters.length, 30_000);
  const agents = await Promise.all(clusters.map((name) => startSimulatedAgent(world, replica, api, name)));
  onTestFinished(async () => void (await Promise.all(agents.map((agent) => agent.stop()))));
  return agents;
}
