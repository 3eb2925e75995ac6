import { expect, test } from "vitest";
import { judgeOrder, type Order, type Standing } from "./control.ts";

const running: Standing = { phase: "Running", failed: 0, maxFailures: 0, skippedWaves: [], named: undefined, newer: undefined };
const halted: Standing = { ...running, phase: "Halted", failed: 2 };
const resume = (acceptFailures: number): Order => ({ kind: "resume", acceptFailures });
const skip: Order = { kind: "skipCluster", cluster: "a" };
const retry = (cluster?: string): Order => ({ kind: "retry", cluster });
const move = (to: string): object => ({ kind: "carry out", move: { to } });
const noMove = { kind: "carry out", move: undefined };
const settled = { kind: "settled" };
const refused = (code: string): object => ({ kind: "refused", code });

test.each<[string, Order, Standing, object]>([
  ["pauses what runs", { kind: "pause" }, running, move("Paused")],
  ["pausing twice is pausing once", { kind: "pause" }, { ...halted, phase: "Paused" }, settled],
  ["resuming what runs is nothing", resume(0), running, settled],
  ["and failures are not accepted in silence where nothing halted", resume(1), running, refused("ROLLOUT_WRONG_PHASE")],
  ["a halted rollout needs its failures accepted", resume(1), halted, refused("ROLLOUT_BUDGET_SPENT")],
  ["and goes on with them", resume(2), halted, move("Running")],
  ["one that a gate halted needs none", resume(0), { ...halted, failed: 0 }, move("Running")],
  ["what has ended stays so", { kind: "pause" }, { ...halted, phase: "Completed" }, refused("ROLLOUT_WRONG_PHASE")],
  ["aborts what is halted", { kind: "abort" }, halted, move("Aborted")],
  ["skips a cluster that waits", skip, { ...running, named: "waiting" }, noMove],
  ["and one that is away", skip, { ...running, named: "offline" }, noMove],
  ["skipping twice is skipping once", skip, { ...running, named: "skipped" }, settled],
  ["does not skip a failure away", skip, { ...halted, named: "failed" }, refused("ROLLOUT_TARGET_STATE")],
  ["nor what has the release", skip, { ...running, named: "inFlight" }, refused("ROLLOUT_TARGET_STATE")],
  ["nor a stranger", skip, running, refused("ROLLOUT_TARGET_STATE")],
  ["skips nothing of what has ended", skip, { ...running, phase: "Aborted", named: "waiting" }, refused("ROLLOUT_WRONG_PHASE")],
  ["skips a wave", { kind: "skipWave", wave: 1 }, running, noMove],
  ["once", { kind: "skipWave", wave: 1 }, { ...running, skippedWaves: [1] }, settled],
  ["retries all that failed, and a halted rollout goes on", retry(), halted, move("Running")],
  ["retries one, and stays halted while too many are left", retry("a"), { ...halted, named: "failed" }, noMove],
  ["retries the last one, and goes on", retry("a"), { ...halted, failed: 1, named: "failed" }, move("Running")],
  ["a paused rollout stays paused", retry(), { ...halted, phase: "Paused" }, noMove],
  ["takes a skipped cluster in again", retry("a"), { ...running, named: "skipped" }, noMove],
  ["nothing failed, nothing to retry", retry(), running, settled],
  ["does not retry what succeeded", retry("a"), { ...running, named: "succeeded" }, refused("ROLLOUT_TARGET_STATE")],
  ["nor anything of what has ended", retry(), { ...halted, phase: "Superseded" }, refused("ROLLOUT_WRONG_PHASE")],
  ["takes an aborted rollout up where it stopped", retry(), { ...running, phase: "Aborted" }, move("Running")],
  ["unless another has begun there", retry(), { ...halted, phase: "Aborted", newer: "r2" }, refused("ROLLOUT_WRONG_PHASE")],
  ["and never a single cluster of it", retry("a"), { ...halted, phase: "Aborted", named: "waiting" }, refused("ROLLOUT_WRONG_PHASE")],
  ["an aborted rollout is not resumed", resume(0), { ...halted, phase: "Aborted" }, refused("ROLLOUT_WRONG_PHASE")],
])("%s", (_name, order, standing, want) => {
  expect(judgeOrder(order, standing)).toMatchObject(want);
});
