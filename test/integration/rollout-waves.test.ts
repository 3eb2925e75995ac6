import { expect, test } from "vitest";
import { createRolloutReads } from "../../control-plane/src/adapters/pg/rollout/rollout-reads.ts";
import { unfiltered } from "../../control-plane/src/app/page.ts";
import { placementWorld } from "../support/placement-world.ts";

const names = ["a", "b", "c", "d", "e"];
const waves = { waves: [{ name: "canary", count: 1 }], maxConcurrency: 2 };
const environment = { clusterSelector: { matchLabels: { env: "production" } }, strategy: "waves" };

test("a pin reaches every cluster wave by wave, and only by reports of its own generation", async () => {
  const world = await placementWorld(names, { Environment: environment, Strategy: waves });
  await world.pin("v1");
  expect(await world.states()).toEqual({ a: "inFlight", b: "waiting", c: "waiting", d: "waiting", e: "waiting" });
  await world.report(["a"], "Progressing");
  expect(await world.states()).toMatchObject({ a: "inFlight", b: "waiting" });
  await world.report(["a"], "Healthy");
  expect(await world.states()).toEqual({ a: "succeeded", b: "inFlight", c: "inFlight", d: "waiting", e: "waiting" });
  await world.reportUntilDone();
  expect(await world.rollouts()).toEqual(["r1 Environment v1 Completed"]);
  expect(await world.assignments()).toEqual(Object.fromEntries(names.map((name) => [name, "v1 generation 1"])));
});

test("yesterday's Healthy opens nothing: the second release waits for reports of its own generation", async () => {
  const world = await placementWorld(names, { Environment: environment, Strategy: waves });
  await world.pin("v1");
  await world.reportUntilDone();
  await world.pin("v2");
  // Every agent still reports generation 1, Healthy; the canary was given generation 2.
  await world.work();
  expect(await world.states()).toEqual({ a: "inFlight", b: "waiting", c: "waiting", d: "waiting", e: "waiting" });
  await world.reportUntilDone();
  expect(await world.rollouts()).toEqual(["r1 Environment v1 Completed", "r2 Environment v2 Completed"]);
});

test("a newer change supersedes the one under way and starts from what each cluster has", async () => {
  const world = await placementWorld(names, { Environment: environment, Strategy: waves });
  await world.pin("v1");
  await world.reportUntilDone();
  await world.pin("v2");
  await world.pin("v1");
  expect(await world.rollouts()).toEqual(["r1 Environment v1 Completed", "r2 Environment v2 Superseded", "r3 Environment v1 Running"]);
  // Only the canary of v2 has anything to return from, and it does so as a newer generation.
  expect(await world.states()).toEqual({ a: "inFlight", b: "unchanged", c: "unchanged", d: "unchanged", e: "unchanged" });
  expect(await world.assignments()).toMatchObject({ a: "v1 generation 3", b: "v1 generation 1" });
  await world.reportUntilDone();
  expect((await world.rollouts()).at(-1)).toBe("r3 Environment v1 Completed");
});

test("each step is recorded once, with who asked for it", async () => {
  const world = await placementWorld(["a"], { Environment: environment, Strategy: waves });
  await world.pin("v1");
  await world.reportUntilDone();
  const { rows } = await world.database.query<{ line: string }>({
    text: `select step || ' ' || event || ' ' || from_state || '>' || to_state || ' ' || actor as line from rollout_transitions order by step, cluster_id`,
  });
  expect(rows.map(({ line }) => line)).toEqual([
    "1 created >Pending git/ada",
    "2 started Pending>Running drover",
    "2 Dispatched waiting>inFlight drover",
    "3 completed Running>Completed drover",
    "3 Healthy inFlight>succeeded drover",
  ]);
});

test("the timeline tells that a wave was well before it tells of the next, which came of it", async () => {
  const world = await placementWorld(["a", "b"], { Environment: environment, Strategy: waves });
  await world.pin("v1");
  await world.reportUntilDone();
  const { items } = await createRolloutReads(world.database).timeline("r1", unfiltered({ size: 50, after: undefined }));
  const ofClusters = items.filter(({ kind }) => kind === "Clusters");
  expect(ofClusters.map(({ event, clusters }) => `${event} ${String(clusters?.names)}`)).toEqual([
    "Dispatched a",
    "Healthy a",
    "Dispatched b",
    "Healthy b",
  ]);
});

test("every change of an assignment marks its cluster's envelope, and nothing else does", async () => {
  const world = await placementWorld(["a", "b"], { Environment: environment, Strategy: waves });
  const sequences = async () => {
    const { rows } = await world.database.query<{ sequence: number }>({ text: "select sequence from envelopes order by sequence" });
    return rows.map(({ sequence }) => sequence);
  };
  await world.pin("v1");
  expect(await sequences()).toEqual([1]);
  await world.reportUntilDone();
  expect(await sequences()).toEqual([1, 1]);
  await world.settle();
  await world.report(["a", "b"], "Healthy");
  expect(await sequences()).toEqual([1, 1]);
});
