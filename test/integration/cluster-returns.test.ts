import { expect, test } from "vitest";
import { placementWorld } from "../support/placement-world.ts";

const environment = { clusterSelector: { matchLabels: { env: "production" } }, strategy: "waves" };

test("a rollout that waits for a silent cluster goes on with its first report, though that says nothing new", async () => {
  const world = await placementWorld(["a", "b"], { Environment: environment, Strategy: { waves: [], maxConcurrency: 2 } });
  await world.pin("v1");
  await world.reportUntilDone();
  await world.database.query({
    text: "update cluster_reports set seen_at = now() - interval '10 minutes' where cluster_id = (select id from clusters where name = 'a')",
  });
  await world.pin("v2");
  await world.report(["b"], "Healthy");
  expect(await world.states()).toEqual({ a: "waiting", b: "succeeded" });
  await world.report(["a"], "Healthy");
  expect(await world.states()).toEqual({ a: "inFlight", b: "succeeded" });
});
