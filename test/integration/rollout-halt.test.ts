import { expect, test } from "vitest";
import type { Caller } from "../../control-plane/src/app/access/caller.ts";
import { placementWorld } from "../support/placement-world.ts";

const caller: Caller = { actor: "users/ada", role: "operator", requestId: "req-1", traceparent: undefined };
const names = ["a", "b", "c", "d"];
const environment = { clusterSelector: { matchLabels: { env: "production" } }, strategy: "waves" };
const strategy = { waves: [], maxConcurrency: 2, degradedGracePeriod: "1s" };

test("a crashing version halts once the budget is spent, and nothing more leaves", async () => {
  const world = await placementWorld(names, { Environment: environment, Strategy: strategy });
  await world.pin("v1");
  await world.report(["a"], "Degraded");
  expect(await world.states()).toMatchObject({ a: "inFlight" });
  world.passTime(1_500);
  await world.reconcileRollout("r1", AbortSignal.timeout(5_000));
  expect(await world.rollouts()).toEqual(["r1 Environment v1 Halted"]);
  await world.report(["b"], "Healthy");
  expect(await world.states()).toEqual({ a: "failed", b: "succeeded", c: "waiting", d: "waiting" });
});

test("a halted rollout goes on when a person accepts its failures, and not before", async () => {
  const world = await placementWorld(names, { Environment: environment, Strategy: strategy });
  await world.pin("v1");
  await world.report(["a"], "Degraded");
  world.passTime(1_500);
  await world.reconcileRollout("r1", AbortSignal.timeout(5_000));
  await expect(world.commands.resumeRollout(caller, "r1", { reason: "try" })).rejects.toMatchObject({
    kind: "wrong-state",
    code: "ROLLOUT_BUDGET_SPENT",
  });
  await world.commands.resumeRollout(caller, "r1", { reason: "a is known to be broken", acceptFailures: 1 });
  await world.work();
  await world.reportUntilDone();
  expect(await world.states()).toEqual({ a: "failed", b: "succeeded", c: "succeeded", d: "succeeded" });
  expect(await world.rollouts()).toEqual(["r1 Environment v1 Completed"]);
  const { rows } = await world.database.query({ text: "select actor, action, details from audit order by id" });
  expect(rows).toEqual([
    { actor: "users/ada", action: "rollout.resume", details: { reason: "a is known to be broken", acceptFailures: 1 } },
  ]);
});

test("pausing holds, resuming goes on, and each may be asked twice", async () => {
  const world = await placementWorld(names, { Environment: environment, Strategy: strategy });
  await world.pin("v1");
  await world.commands.pauseRollout(caller, "r1", { reason: "lunch" });
  await world.commands.pauseRollout(caller, "r1", { reason: "lunch" });
  await world.report(["a", "b"], "Healthy");
  expect(await world.states()).toEqual({ a: "succeeded", b: "succeeded", c: "waiting", d: "waiting" });
  await world.commands.resumeRollout(caller, "r1", { reason: "back" });
  await world.commands.resumeRollout(caller, "r1", { reason: "back" });
  await world.work();
  await world.reportUntilDone();
  expect(await world.rollouts()).toEqual(["r1 Environment v1 Completed"]);
});

test("an aborted rollout does nothing more, and cannot be resumed", async () => {
  const world = await placementWorld(names, { Environment: environment, Strategy: strategy });
  await world.pin("v1");
  await world.commands.abortRollout(caller, "r1", { reason: "wrong one" });
  await world.report(["a", "b"], "Healthy");
  expect(await world.states()).toEqual({ a: "inFlight", b: "inFlight", c: "waiting", d: "waiting" });
  await expect(world.commands.resumeRollout(caller, "r1", { reason: "no" })).rejects.toMatchObject({ code: "ROLLOUT_WRONG_PHASE" });
  await expect(world.commands.pauseRollout(caller, "r9", { reason: "no" })).rejects.toMatchObject({ code: "ROLLOUT_NOT_FOUND" });
});

test("going back to the version before is a newer generation, and clusters that never left it are left alone", async () => {
  const world = await placementWorld(names, { Environment: environment, Strategy: strategy });
  await world.pin("v1");
  await world.reportUntilDone();
  await world.pin("v2");
  await world.report(["a", "b"], "Degraded");
  world.passTime(1_500);
  await world.reconcileRollout("r2", AbortSignal.timeout(5_000));
  await world.pin("v1");
  await world.reportUntilDone();
  expect(await world.rollouts()).toEqual(["r1 Environment v1 Completed", "r2 Environment v2 Superseded", "r3 Environment v1 Completed"]);
  expect(await world.assignments()).toEqual({ a: "v1 generation 3", b: "v1 generation 3", c: "v1 generation 1", d: "v1 generation 1" });
});

test("clusters that fall silent spend the offline budget, and catch up when they return", async () => {
  const world = await placementWorld(names, { Environment: environment, Strategy: strategy });
  await world.pin("v1");
  world.passTime(100_000);
  await world.reconcileRollout("r1", AbortSignal.timeout(5_000));
  expect(await world.states()).toEqual({ a: "offline", b: "offline", c: "waiting", d: "waiting" });
  world.passTime(-100_000);
  await world.report(["a", "b"], "Healthy");
  await world.reportUntilDone();
  expect(await world.rollouts()).toEqual(["r1 Environment v1 Completed"]);
});
