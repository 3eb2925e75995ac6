import { expect, test } from "vitest";
import type { Caller } from "../../control-plane/src/app/access/caller.ts";
import { placementWorld } from "../support/placement-world.ts";

const caller: Caller = { actor: "users/ada", role: "operator", requestId: "req-1", traceparent: undefined };
const environment = { clusterSelector: { matchLabels: { env: "production" } }, strategy: "waves" };
const strategy = { waves: [{ name: "first", count: 2 }], maxConcurrency: 2, degradedGracePeriod: "1s" };
const forms = { Environment: environment, Strategy: strategy };
const names = ["a", "b", "c", "d"];
const why = { reason: "because" };

async function halted() {
  const world = await placementWorld(names, forms);
  await world.pin("v1");
  await world.report(["a", "b"], "Degraded");
  world.passTime(1_500);
  await world.reconcileRollout("r1", AbortSignal.timeout(5_000));
  expect(await world.rollouts()).toEqual(["r1 Environment v1 Halted"]);
  return world;
}

test("what failed is tried again, and a halted rollout goes on", async () => {
  const world = await halted();
  await world.commands.retryRollout(caller, "r1", why);
  await world.commands.retryRollout(caller, "r1", why);
  await world.work();
  expect(await world.states()).toEqual({ a: "inFlight", b: "inFlight", c: "waiting", d: "waiting" });
  await world.reportUntilDone();
  expect(await world.rollouts()).toEqual(["r1 Environment v1 Completed"]);
  const { rows } = await world.database.query({
    text: "select a.generation, a.state from assignments a join clusters c on c.id = cluster_id where c.name = 'a'",
  });
  expect(rows).toEqual([{ generation: 1, state: "active" }]);
});

test("one is tried again; the rollout stays halted while others are left", async () => {
  const world = await halted();
  await world.commands.retryRollout(caller, "r1", { ...why, cluster: "a" });
  await world.work();
  expect(await world.rollouts()).toEqual(["r1 Environment v1 Halted"]);
  expect(await world.states()).toMatchObject({ a: "waiting", b: "failed" });
  await expect(world.commands.retryRollout(caller, "r1", { ...why, cluster: "c" })).resolves.toBeUndefined();
  await expect(world.commands.skipRolloutCluster(caller, "r1", { ...why, cluster: "b" })).rejects.toMatchObject({
    code: "ROLLOUT_TARGET_STATE",
  });
});

test("a cluster is skipped, and taken in again", async () => {
  const world = await placementWorld(names, forms);
  await world.pin("v1");
  for (const _twice of [1, 2]) await world.commands.skipRolloutCluster(caller, "r1", { ...why, cluster: "d" });
  await world.report(["a", "b"], "Healthy");
  expect(await world.states()).toEqual({ a: "succeeded", b: "succeeded", c: "inFlight", d: "skipped" });
  await world.commands.retryRollout(caller, "r1", { ...why, cluster: "d" });
  await world.work();
  await world.reportUntilDone();
  expect(await world.states()).toEqual({ a: "succeeded", b: "succeeded", c: "succeeded", d: "succeeded" });
});

test("a wave is skipped by name, with what waits in it", async () => {
  const world = await placementWorld(names, { Environment: environment, Strategy: { ...strategy, maxConcurrency: 1 } });
  await world.pin("v1");
  await expect(world.commands.skipRolloutWave(caller, "r1", { ...why, wave: "frist" })).rejects.toMatchObject({ code: "WAVE_NOT_FOUND" });
  for (const _twice of [1, 2]) await world.commands.skipRolloutWave(caller, "r1", { ...why, wave: "first" });
  await world.work();
  await world.reportUntilDone();
  expect(await world.states()).toEqual({ a: "succeeded", b: "skipped", c: "succeeded", d: "succeeded" });
  expect(await world.rollouts()).toEqual(["r1 Environment v1 Completed"]);
});

test("a cluster of a skipped wave is taken in again, and the rollout waits for it", async () => {
  const world = await placementWorld(names, { Environment: environment, Strategy: { ...strategy, maxConcurrency: 1 } });
  await world.pin("v1");
  await world.commands.skipRolloutWave(caller, "r1", { ...why, wave: "first" });
  await world.work();
  await world.commands.retryRollout(caller, "r1", { ...why, cluster: "b" });
  await world.reportUntilDone();
  expect(await world.states()).toEqual({ a: "succeeded", b: "succeeded", c: "succeeded", d: "succeeded" });
});

test("an aborted rollout is taken up where it stopped, with who joined meanwhile", async () => {
  const world = await placementWorld(names, forms);
  await world.pin("v1");
  await world.reportUntilDone();
  await world.pin("v2");
  await world.report(["a"], "Healthy");
  await world.report(["b"], "Progressing");
  await world.commands.abortRollout(caller, "r2", why);
  await world.addCluster("e");
  await world.settle();
  await world.report(["e"], "Healthy");
  const runs = async () => Object.entries(await world.assignments()).map(([name, given]) => `${name} ${given.split(" ")[0]}`);
  expect(await runs()).toEqual(["a v2", "b v2", "c v1", "d v1", "e v1"]);
  await world.commands.retryRollout(caller, "r2", why);
  await world.work();
  expect(await world.states("r2")).toEqual({ a: "succeeded", b: "inFlight", c: "waiting", d: "waiting", e: "waiting" });
  await world.reportUntilDone();
  expect(await world.rollouts()).toContain("r2 Environment v2 Completed");
  expect(await runs()).toEqual(["a v2", "b v2", "c v2", "d v2", "e v2"]);
});

test("an aborted rollout is not taken up where another has begun since, and the refusal names it", async () => {
  const world = await placementWorld(names, forms);
  await world.pin("v1");
  await world.commands.abortRollout(caller, "r1", why);
  await expect(world.commands.retryRollout(caller, "r1", { ...why, cluster: "a" })).rejects.toThrow(/without --cluster/);
  await world.pin("v2");
  await expect(world.commands.retryRollout(caller, "r1", why)).rejects.toThrow(/it is Aborted and rollout r2 has begun there since/);
});

test("each order is in the audit and among the rollout's steps, with who and why", async () => {
  const world = await placementWorld(names, forms);
  await world.pin("v1");
  await world.commands.skipRolloutCluster(caller, "r1", { ...why, cluster: "d" });
  await world.commands.skipRolloutWave(caller, "r1", { ...why, wave: "others" });
  const audit = await world.database.query({ text: "select actor, action, details ->> 'reason' as reason from audit order by id" });
  expect(audit.rows).toEqual([
    { actor: "users/ada", action: "rollout.skipCluster", reason: "because" },
    { actor: "users/ada", action: "rollout.skipWave", reason: "because" },
  ]);
  const steps = await world.database.query({
    text: "select event, actor, because ->> 'reason' as reason from rollout_transitions where actor = 'users/ada' order by step",
  });
  expect(steps.rows).toEqual([
    { event: "Skipped", actor: "users/ada", reason: "because" },
    { event: "waveSkipped", actor: "users/ada", reason: "because" },
  ]);
});
