import { describe, expect, test } from "vitest";
import { fleet, rollout, seconds, words, world } from "./rollout-world.fixture.ts";

describe("planRollout", () => {
  test("dispatches the first wave only, and starts", () => {
    const plan = rollout({ waves: [{ name: "one", count: 1 }] }).plan(fleet("a", "b"), 0);
    expect(words(plan)).toEqual(["dispatch a", "hold b: EarlierWave"]);
    expect(plan.event).toBe("started");
  });

  test("goes to the second wave once the first is settled and has soaked", () => {
    const r = world({ waves: [{ name: "one", count: 1, soakTime: "100s" }] }, ["a", "b"]);
    r.plan();
    r.report("a", "Healthy");
    expect(words(r.plan())).toEqual(["hold b: Soaking"]);
    r.wait(99);
    expect(words(r.plan())).toEqual(["hold b: Soaking"]);
    r.wait(1);
    expect(words(r.plan())).toEqual(["dispatch b"]);
  });

  test("restarts the soak when the cluster was Degraded, even between two reports", () => {
    const r = world({ waves: [{ name: "one", count: 1, soakTime: "100s" }] }, ["a", "b"]);
    r.plan();
    r.report("a", "Healthy");
    r.plan();
    r.wait(80);
    r.report("a", "Healthy", { lastDegradedAt: r.now });
    expect(r.plan().recheckAt).toBe(seconds(180));
    r.wait(30);
    expect(words(r.plan())).toEqual(["hold b: Soaking"]);
  });

  test("waits while a cluster that succeeded is Degraded within its grace period", () => {
    const r = world({ waves: [{ name: "one", count: 1, soakTime: "10s" }] }, ["a", "b"]);
    r.plan();
    r.report("a", "Healthy");
    r.plan();
    r.report("a", "Degraded");
    expect(words(r.plan())).toEqual(["hold b: Unwell"]);
    r.wait(60);
    const plan = r.plan();
    expect(plan.event).toBe("budgetSpent");
    expect(plan.changes).toMatchObject([{ state: "failed", because: { kind: "Degraded", afterSuccess: true } }]);
  });

  test("keeps to the concurrency of a wave, whose percentage rounds down but never to nothing", () => {
    const names = ["a", "b", "c", "d", "e"];
    expect(
      words(rollout({ waves: [], maxConcurrency: "50%" }).plan(fleet(...names), 0)).filter((word) => word.startsWith("dispatch")),
    ).toEqual(["dispatch a", "dispatch b"]);
    expect(words(rollout({ waves: [], maxConcurrency: "10%" }).plan(fleet(...names), 0))[0]).toBe("dispatch a");
  });

  test("takes a percentage of the wave as it was when it started", () => {
    const r = world({ waves: [], maxConcurrency: "50%" }, ["a", "b", "c", "d"]);
    expect(r.dispatched()).toEqual(["a", "b"]);
    for (const joiner of ["e", "f", "g", "h"]) r.join(joiner);
    expect(r.dispatched()).toEqual([]);
  });

  test("halts when failures exceed the budget, and counts what people accepted", () => {
    const r = world({ waves: [], maxConcurrency: 2 }, ["a", "b", "c"]);
    r.plan();
    r.report("a", "Degraded");
    r.wait(60);
    const plan = r.plan();
    expect(plan.event).toBe("budgetSpent");
    expect(words(plan)).toEqual(["hold c: Halted"]);
    expect(r.phase).toBe("Halted");
    r.resume(1);
    expect(r.dispatched()).toEqual(["c"]);
  });

  test("goes on observing while halted: a late success is still one", () => {
    const r = world({ waves: [], maxConcurrency: 2 }, ["a", "b", "c"]);
    r.plan();
    r.report("a", "Degraded");
    r.wait(60);
    r.plan();
    r.report("b", "Healthy");
    expect(r.plan().changes).toMatchObject([{ state: "succeeded" }]);
  });

  test.each(["Paused", "Halted", "Aborted", "Superseded", "Completed"] as const)("dispatches nothing when %s", (phase) => {
    const r = world({ waves: [], maxConcurrency: 9 }, ["a", "b"]);
    r.phase = phase;
    expect(r.dispatched()).toEqual([]);
  });

  test("leaves clusters alone that have the content already, proven, and completes over them", () => {
    const r = world({ waves: [] }, ["a", "b"]);
    r.alreadyHas("a", "proven");
    r.alreadyHas("b", "proven");
    expect(r.plan().event).toBe("started");
    expect(r.plan().event).toBe("completed");
    expect(r.states()).toEqual({ a: "unchanged", b: "unchanged" });
  });

  test("adopts a cluster that has the content unproven, and waits for it like for one it dispatched", () => {
    const r = world({ waves: [{ name: "one", count: 1 }] }, ["a", "b"]);
    r.alreadyHas("a", "unproven");
    expect(r.dispatched()).toEqual([]);
    expect(r.states()).toEqual({ a: "inFlight", b: "waiting" });
    r.report("a", "Healthy");
    expect(r.dispatched()).toEqual(["b"]);
  });

  test("an unchanged cluster takes no place in a wave that counts", () => {
    const r = world({ waves: [{ name: "canary", count: 1 }] }, ["a", "b", "c"]);
    r.alreadyHas("a", "proven");
    expect(r.dispatched()).toEqual(["b"]);
  });

  test("a dispatched cluster keeps its wave when its labels change", () => {
    const r = world({ waves: [{ name: "east", clusterSelector: { matchLabels: { region: "east" } } }] }, ["a", "b"]);
    r.label("a", { region: "east" });
    expect(r.dispatched()).toEqual(["a"]);
    r.label("a", {});
    expect(words(r.plan())).toEqual(["hold b: EarlierWave"]);
  });

  test("a cluster that left is nobody's concern", () => {
    const r = world({ waves: [{ name: "canary", count: 1 }] }, ["a", "b"]);
    r.plan();
    r.leave("a");
    expect(r.dispatched()).toEqual(["b"]);
    expect(r.states()).toMatchObject({ a: "left" });
  });
});

describe("what a cluster is", () => {
  test("dispatched and then silent: offline, on a budget of its own", () => {
    const r = world({ waves: [], maxConcurrency: 1 }, ["a", "b"]);
    r.plan();
    r.wait(90, { except: "a" });
    expect(words(r.plan())).toEqual(["hold b: OfflineBudget"]);
    expect(r.states()).toMatchObject({ a: "offline" });
  });

  test("offline within the budget: neither blocks nor counts, and catches up", () => {
    const r = world({ waves: [{ name: "canary", count: 1 }], maxOffline: 1 }, ["a", "b"]);
    r.plan();
    r.wait(90, { except: "a" });
    expect(r.dispatched()).toEqual(["b"]);
    r.report("b", "Healthy");
    expect(r.plan().event).toBe("completed");
  });

  test("a cluster that returns has its whole deadline again", () => {
    const r = world({ waves: [], progressDeadline: "5m" }, ["a"]);
    r.plan();
    r.wait(900, { except: "a" });
    r.plan();
    r.seen("a");
    expect(r.plan().changes).toMatchObject([{ state: "inFlight", because: { kind: "Returned" } }]);
    r.wait(299);
    r.plan();
    expect(r.states()).toEqual({ a: "inFlight" });
    r.wait(1);
    r.plan();
    expect(r.states()).toEqual({ a: "failed" });
  });

  test("known to be away before its dispatch: held while the offline budget is spent", () => {
    const r = world({ waves: [], maxConcurrency: 9 }, ["a", "b"]);
    r.wait(300, { except: "a" });
    expect(words(r.plan())).toEqual(["hold a: Offline", "dispatch b"]);
  });

  test("acknowledged, then silent past the deadline: failed", () => {
    const r = world({ waves: [], progressDeadline: "10m" }, ["a"]);
    r.plan();
    r.report("a", "Progressing");
    r.plan();
    r.wait(599, { except: "a" });
    r.plan();
    expect(r.states()).toEqual({ a: "inFlight" });
    r.wait(1, { except: "a" });
    r.plan();
    expect(r.states()).toEqual({ a: "failed" });
  });

  test("Degraded shorter than the grace period: nothing happens", () => {
    const r = world({ waves: [] }, ["a"]);
    r.plan();
    r.report("a", "Degraded");
    r.plan();
    r.wait(59);
    r.report("a", "Healthy");
    expect(r.plan().event).toBe("completed");
  });

  test("Degraded before its dispatch: failed only at the deadline", () => {
    const r = world({ waves: [], progressDeadline: "5m" }, ["a"]);
    r.reportOther("a", "Degraded");
    r.plan();
    r.report("a", "Degraded");
    r.plan();
    r.wait(299);
    r.plan();
    expect(r.states()).toEqual({ a: "inFlight" });
    r.wait(1);
    r.plan();
    expect(r.states()).toEqual({ a: "failed" });
  });

  test("OutOfSync and Healthy is not a success", () => {
    const r = world({ waves: [] }, ["a"]);
    r.plan();
    r.report("a", "Healthy", { sync: "OutOfSync" });
    expect(r.plan().event).toBeUndefined();
  });

  test("yesterday's Healthy opens nothing: neither another generation's nor another bundle's", () => {
    const r = world({ waves: [{ name: "one", count: 1 }] }, ["a", "b"]);
    r.plan();
    r.reportOther("a", "Healthy");
    expect(r.dispatched()).toEqual([]);
    r.report("a", "Healthy", { bundle: "sha256:other" });
    expect(r.dispatched()).toEqual([]);
  });
});

describe("a cluster that refuses an object of the release", () => {
  const degradedBefore = () => {
    const r = world({ waves: [], progressDeadline: "15m" }, ["a", "b"]);
    r.reportOther("a", "Degraded");
    r.reportOther("b", "Degraded");
    r.plan();
    return r;
  };

  test("has failed after the grace period, also where it was Degraded before", () => {
    const r = degradedBefore();
    r.refuse("a", "Degraded");
    expect(r.plan().recheckAt).toBe(seconds(60));
    r.wait(59);
    r.plan();
    expect(r.states()).toMatchObject({ a: "inFlight" });
    r.wait(1);
    expect(r.plan().changes).toMatchObject([
      { state: "failed", because: { kind: "Refused", object: "Deployment demo/web", reason: "Forbidden", message: "no memory limit" } },
    ]);
  });

  test("has not, if it takes it within the grace period", () => {
    const r = degradedBefore();
    r.refuse("a", "Degraded");
    r.wait(59);
    r.report("a", "Degraded", { sync: "OutOfSync" });
    r.wait(600);
    r.plan();
    expect(r.states()).toMatchObject({ a: "inFlight" });
  });

  test("is judged by nothing that it said of another generation or bundle", () => {
    const r = degradedBefore();
    const refusal = { object: "Deployment demo/web", reason: "Invalid", message: "", since: seconds(0) };
    r.report("a", "Healthy", { sync: "OutOfSync", refusal, bundle: "sha256:other" });
    r.wait(600);
    r.plan();
    expect(r.states()).toMatchObject({ a: "inFlight" });
  });

  test("has until the deadline once it is tried again, as its agent tries at its own pace", () => {
    const r = world({ waves: [], progressDeadline: "5m", maxFailures: 1, maxConcurrency: 2 }, ["a", "b"]);
    r.plan();
    r.refuse("a");
    r.wait(60);
    r.plan();
    expect(r.states()).toMatchObject({ a: "failed" });
    r.retry("a");
    expect(r.dispatched()).toEqual(["a"]);
    r.refuse("a");
    r.plan();
    r.wait(299);
    r.plan();
    expect(r.states()).toMatchObject({ a: "inFlight" });
    r.wait(1);
    expect(r.plan().changes).toMatchObject([{ target: { name: "a" }, state: "failed", because: { kind: "ProgressDeadline" } }]);
  });

  test("is left alone while somebody works on it, and has its grace afterwards", () => {
    const r = degradedBefore();
    r.refuse("a");
    r.maintain("a", true);
    r.wait(600);
    r.plan();
    r.maintain("a", false);
    r.plan();
    r.wait(59);
    r.plan();
    expect(r.states()).toMatchObject({ a: "inFlight" });
    r.wait(1);
    r.plan();
    expect(r.states()).toMatchObject({ a: "failed" });
  });
});

describe("a cluster in maintenance", () => {
  test("is not given anything while maxOffline is spent, and says so", () => {
    const r = world({ waves: [] }, ["a"]);
    r.maintain("a", true);
    expect(words(r.plan())).toEqual(["hold a: Maintenance"]);
    r.maintain("a", false);
    expect(r.dispatched()).toEqual(["a"]);
  });

  test("does not fail, however long it takes, and has all its time afterwards", () => {
    const r = world({ waves: [], progressDeadline: "5m" }, ["a"]);
    r.plan();
    r.report("a", "Progressing", { sync: "OutOfSync" });
    r.maintain("a", true);
    r.plan();
    expect(r.states()).toEqual({ a: "offline" });
    r.wait(3600);
    expect(r.plan().recheckAt).toBe(seconds(3610));
    r.maintain("a", false);
    r.plan();
    r.wait(299);
    r.plan();
    expect(r.states()).toEqual({ a: "inFlight" });
    r.wait(1);
    r.plan();
    expect(r.states()).toEqual({ a: "failed" });
  });

  test("that had succeeded may be Degraded meanwhile", () => {
    const r = world({ waves: [{ name: "one", count: 1 }] }, ["a", "b"]);
    r.plan();
    r.report("a", "Healthy");
    r.plan();
    r.maintain("a", true);
    r.report("a", "Degraded");
    r.wait(600);
    r.plan();
    expect(r.states()).toMatchObject({ a: "succeeded" });
  });
});

describe("deletions that are held back", () => {
  const names = Array.from({ length: 41 }, (_, n) => `c${String(n).padStart(2, "0")}`);
  const heldIn = (count: number) => {
    const r = world({ waves: [{ name: "all", maxConcurrency: 20 }] }, names);
    for (const name of r.dispatched().slice(0, count)) r.report(name, "Healthy", { sync: "OutOfSync", holdsPrune: true });
    return r;
  };

  test("in more than a twentieth of a wave stop it, naming some of the clusters", () => {
    const r = heldIn(3);
    for (const name of names.slice(3, 10)) r.report(name, "Healthy"); // there would be room for more
    const { holds } = r.plan();
    expect(holds).toMatchObject([{ because: { kind: "PruneHeld", wave: "all", held: 3, of: 41, clusters: ["c00", "c01", "c02"] } }]);
  });

  test("in fewer do not", () => {
    const r = heldIn(2);
    for (const name of names.slice(2, 10)) r.report(name, "Healthy");
    expect(r.dispatched()).toHaveLength(8);
  });

  test("are never late: time counts from their release", () => {
    const r = world({ waves: [], progressDeadline: "5m" }, ["a"]);
    r.plan();
    r.report("a", "Healthy", { sync: "OutOfSync", holdsPrune: true });
    for (let minute = 0; minute < 30; minute += 1) {
      r.plan();
      r.wait(60);
    }
    r.report("a", "Progressing", { sync: "OutOfSync" });
    r.plan();
    expect(r.states()).toEqual({ a: "inFlight" });
    r.wait(300);
    r.plan();
    expect(r.states()).toEqual({ a: "failed" });
  });
});
