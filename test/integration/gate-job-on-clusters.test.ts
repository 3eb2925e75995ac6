import type { ClusterId } from "@drover/kit";
import { expect, onTestFinished, test } from "vitest";
import {
  loadGateJobPlaces,
  loadGateJobResults,
  wantGateJobs,
  withdrawGateJobs,
} from "../../control-plane/src/adapters/pg/gate/gate-jobs.ts";
import { prepareControlPlane } from "../support/control-plane.ts";
import { startRealAgent } from "../support/real-agent.ts";
import { startSimulatedAgent } from "../support/simulated-agent.ts";
import { promote, pushSmallFleet, untilCompleted, webFiles } from "../support/small-fleet.ts";
import { waitUntil } from "../support/wait-until.ts";

test("a gate's Job goes to the clusters, runs beside the application, and comes back as rows", { timeout: 90_000 }, async () => {
  const world = await prepareControlPlane();
  onTestFinished(world.stop);
  const { database } = world;
  const web = await pushSmallFleet(world, ["real-1", "simulated-1"]);
  const replica = await world.start();
  const api = replica.client();
  await waitUntil("the fleet is projected", async () => (await api("listClusters", {})).items.length === 2);
  const agent = await startRealAgent(world, replica, "real-1");
  onTestFinished(agent.stop);
  const simulated = await startSimulatedAgent(world, replica, api, "simulated-1");
  onTestFinished(simulated.stop);
  const { id } = await promote(api, await web.push(webFiles("v1")));
  await untilCompleted(api, id);
  const clusters = (await api("listClusters", {})).items.map((cluster) => cluster.id as ClusterId);

  const wordsOf = async (runId: string): Promise<string> =>
    (await loadGateJobResults(database, { runId, attempt: 1, n: 1 }))
      .map(({ clusterName, state, message }) => `${clusterName} ${state} ${message}`.trim())
      .join(", ");
  const measure = async (runId: string, command: readonly string[]): Promise<string> => {
    await database.transaction(async (tx) => {
      const places = await loadGateJobPlaces(tx, "web", clusters);
      await wantGateJobs(tx, { runId, attempt: 1, n: 1 }, "web", places, { image: "smoke:1", command: [...command], deadlineSeconds: 60 });
    });
    return waitUntil(`${runId} has ended everywhere`, async () => {
      const words = await wordsOf(runId);
      if (/Wanted|Running/.test(words)) throw new Error(words);
      return words;
    });
  };
  expect(await measure("good", ["smoke"])).toBe("real-1 Succeeded, simulated-1 Succeeded");
  expect(await measure("bad", ["false"])).toMatch(/^real-1 Failed .*exit code 1.*, simulated-1 Failed its pod exited with 1$/);

  await database.transaction((tx) => withdrawGateJobs(tx, "bad"));
  const { items } = await api("listStatuses", { query: { application: "web" } });
  expect(items.map(({ sync, health, drifted }) => ({ sync, health, drifted }))).toEqual(
    Array.from({ length: 2 }, () => ({ sync: "Synced", health: "Healthy", drifted: 0 })),
  );
});
