import { expect, test } from "vitest";
import { words, world } from "./rollout-world.fixture.ts";

test("strict failures: no more in flight than may fail, and one", () => {
  const r = world({ waves: [], maxConcurrency: 9, maxFailures: 1, strictFailures: true }, ["a", "b", "c"]);
  expect(words(r.plan())).toEqual(["dispatch a", "dispatch b", "hold c: StrictFailures"]);
});

test("fewer successes than have to be keep a rollout from its end", () => {
  const r = world({ waves: [], maxConcurrency: 9, maxFailures: 1, minSuccessful: "100%" }, ["a", "b"]);
  r.plan();
  r.report("a", "Healthy");
  r.report("b", "Degraded");
  r.wait(60);
  const plan = r.plan();
  expect(plan.event).toBeUndefined();
  expect(plan.holds).toMatchObject([{ because: { kind: "TooFewSuccessful", successful: 1, minSuccessful: 2 }, clusters: 0 }]);
});

test("Wait: a cluster that is away is not dispatched, whatever maxOffline is, and nothing follows it", () => {
  const r = world({ waves: [{ name: "canary", count: 1 }], maxOffline: 5, offlinePolicy: "Wait" }, ["a", "b"]);
  r.wait(300, { except: "a" });
  expect(words(r.plan())).toEqual(["hold a: Offline", "hold b: EarlierWave"]);
  r.seen("a");
  expect(r.dispatched()).toEqual(["a"]);
  r.wait(300, { except: "a" });
  expect(r.plan().holds).toMatchObject([{ because: { kind: "AwaitingOffline", wave: "canary", offline: 1 }, clusters: 1 }]);
});

test("Fail: one that was given the release and goes offline has failed", () => {
  const r = world({ waves: [], maxOffline: 1, maxConcurrency: 9, offlinePolicy: "Fail" }, ["a", "b", "c"]);
  r.plan();
  r.wait(90, { except: "a" });
  r.plan();
  expect(r.states()).toMatchObject({ a: "offline" });
  r.wait(210, { except: "a" });
  expect(r.plan()).toMatchObject({ event: "budgetSpent", changes: [{ state: "failed", because: { kind: "WentOffline" } }] });
});

test("Fail: a rollout does not end while one that is silent may yet fail", () => {
  const r = world({ waves: [], maxOffline: 1, maxFailures: 1, maxConcurrency: 9, offlinePolicy: "Fail" }, ["a", "b"]);
  r.plan();
  r.wait(90, { except: "a" });
  r.report("b", "Healthy");
  expect(r.plan()).toMatchObject({ event: undefined, holds: [{ because: { kind: "AwaitingOffline", offline: 1 } }] });
  r.wait(210, { except: "a" });
  r.plan();
  expect(r.states()).toEqual({ a: "failed", b: "succeeded" });
  expect(r.phase).toBe("Completed");
});

test("one that is tried again keeps its wave, waits for a place, and has all its time anew", () => {
  const r = world({ waves: [{ name: "one", count: 1 }], maxFailures: 1, progressDeadline: "5m" }, ["a", "b"]);
  r.plan();
  r.report("a", "Degraded");
  r.wait(60);
  r.plan();
  expect(r.states()).toEqual({ a: "failed", b: "inFlight" });
  r.retry("a");
  expect(words(r.plan())).toEqual(["hold a: Concurrency"]);
  r.report("b", "Healthy");
  expect(r.dispatched()).toEqual(["a"]);
  expect(r.waves().get(0)).toEqual(["inFlight"]);
  r.wait(299);
  r.report("a", "Degraded");
  r.plan();
  expect(r.states()).toMatchObject({ a: "inFlight" });
  r.report("a", "Healthy");
  expect(r.plan().event).toBe("completed");
});

test("one that became well before it is tried again is looked at once more, although it has nothing new to report", () => {
  const r = world({ waves: [], maxConcurrency: 1 }, ["a"]);
  r.plan();
  r.report("a", "Degraded");
  r.wait(60);
  r.plan();
  r.report("a", "Healthy");
  r.retry("a");
  r.resume(0);
  expect(r.plan().recheckAt).toBe(r.now);
  expect(r.plan().event).toBe("completed");
});

test("one that failed after its success has a new grace period when it is tried again", () => {
  const r = world({ waves: [], maxConcurrency: 1 }, ["a", "b"]);
  r.plan();
  r.report("a", "Healthy");
  r.plan();
  r.report("a", "Degraded");
  r.wait(60);
  r.plan();
  expect(r.states()).toMatchObject({ a: "failed" });
  r.report("b", "Healthy");
  r.plan();
  r.retry("a");
  r.resume(0);
  r.plan();
  r.plan();
  expect(r.states()).toMatchObject({ a: "succeeded" });
  r.wait(59);
  r.plan();
  expect(r.states()).toMatchObject({ a: "succeeded" });
  r.wait(1);
  r.plan();
  expect(r.states()).toMatchObject({ a: "failed" });
});

test("a rollback undoes the last wave first, by the waves that brought it", () => {
  const r = world({ waves: [{ name: "one", count: 1 }] }, ["a", "b", "c"]);
  r.over = { kind: "Rollback" };
  r.rollBack({ a: 0, b: 1, c: 1 });
  expect(words(r.plan())).toEqual(["hold a: EarlierWave", "dispatch b", "hold c: Concurrency"]);
  r.report("b", "Healthy");
  expect(r.dispatched()).toEqual(["c"]);
  r.report("c", "Healthy");
  expect(r.dispatched()).toEqual(["a"]);
});
