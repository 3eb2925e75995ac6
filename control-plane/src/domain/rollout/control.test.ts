import { expect, test } from "vitest";
import { judgeOrder, type Order, type Standing } from "./control.ts";

const halted: Standing = { phase: "Halted", failed: 2, maxFailures: 0 };
const resume = (acceptFailures: number): Order => ({ kind: "resume", acceptFailures });

test.each<[string, Order, Standing, object]>([
  ["pauses what runs", { kind: "pause" }, { ...halted, phase: "Running" }, { kind: "move", to: "Paused" }],
  ["pausing twice is pausing once", { kind: "pause" }, { ...halted, phase: "Paused" }, { kind: "settled" }],
  ["resuming what runs is nothing", resume(0), { ...halted, phase: "Running" }, { kind: "settled" }],
  ["a halted rollout needs its failures accepted", resume(1), halted, { kind: "refused", code: "ROLLOUT_BUDGET_SPENT" }],
  ["and goes on with them", resume(2), halted, { kind: "move", to: "Running" }],
  ["what has ended stays so", { kind: "pause" }, { ...halted, phase: "Completed" }, { kind: "refused", code: "ROLLOUT_WRONG_PHASE" }],
  ["aborts what is halted", { kind: "abort" }, halted, { kind: "move", to: "Aborted" }],
])("%s", (_name, order, standing, want) => {
  expect(judgeOrder(order, standing)).toMatchObject(want);
});
