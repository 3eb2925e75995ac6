import type { Strategy } from "@drover/proto/fleet";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { GateRun } from "./gate.ts";
import { words, world } from "./rollout-world.fixture.ts";

const approval = (name: string) => ({ name, type: "Approval" as const });
const run = (state: GateRun["state"], over: Partial<GateRun> = {}): GateRun => ({
  wave: 1,
  when: "before",
  gate: "sign-off",
  state,
  message: "said so",
  next: undefined,
  ...over,
});
const gated: Strategy = {
  waves: [
    { name: "one", count: 1 },
    { name: "two", count: 1, gates: { before: [approval("sign-off")], after: [approval("errors")] } },
  ],
};

/** The first wave done, the second one reached. */
function atSecondWave(strategy: Strategy = gated) {
  const r = world(strategy, ["a", "b", "c"]);
  r.plan();
  r.report("a", "Healthy");
  return r;
}

describe("gates", () => {
  test("are opened when their wave is reached, and hold it", () => {
    const r = world(gated, ["a", "b", "c"]);
    expect(r.plan().opens).toEqual([]);
    r.report("a", "Healthy");
    const plan = r.plan();
    expect(plan.opens).toEqual([{ wave: 1, when: "before", gate: "sign-off" }]);
    expect(words(plan)).toEqual(["hold b: GateOpen", "hold c: GateOpen"]);
  });

  test("open ones hold on, and are not opened again", () => {
    const r = atSecondWave();
    r.over = { gates: [run("Open")] };
    const plan = r.plan();
    expect(plan.opens).toEqual([]);
    expect(plan.holds).toMatchObject([{ because: { kind: "GateOpen", waveName: "two", type: "Approval" }, clusters: 2 }]);
  });

  test("passed ones let the wave go; those after it come when it is settled", () => {
    const r = atSecondWave();
    r.over = { gates: [run("Passed")] };
    const first = r.plan();
    expect(words(first)).toEqual(["dispatch b", "hold c: EarlierWave"]);
    expect(first.opens).toEqual([]);
    r.report("b", "Healthy");
    const second = r.plan();
    expect(second.opens).toEqual([{ wave: 1, when: "after", gate: "errors" }]);
    expect(words(second)).toEqual(["hold c: GateOpen"]);
    r.over = { gates: [run("Passed"), run("Passed", { when: "after", gate: "errors" })] };
    expect(r.dispatched()).toEqual(["c"]);
  });

  test("a failed one halts the rollout", () => {
    const r = atSecondWave();
    r.over = { gates: [run("Failed")] };
    const plan = r.plan();
    expect(plan).toMatchObject({ event: "budgetSpent", eventBecause: { kind: "GateFailed", run: { message: "said so" } } });
    expect(words(plan)).toEqual(["hold b: GateFailed", "hold c: GateFailed"]);
  });

  test("a failed one rolls back where the strategy says so and there is something to return to", () => {
    const r = atSecondWave({ ...gated, onFailure: "Rollback" });
    r.over = { gates: [run("Failed")] };
    expect(r.plan().event).toBe("budgetSpent");
    const s = world({ ...gated, onFailure: "Rollback" }, ["a", "b", "c"]);
    s.had("a");
    s.plan();
    s.report("a", "Healthy");
    s.over = { gates: [run("Failed")] };
    expect(s.plan().event).toBe("rollbackStarted");
  });

  test("of a wave without clusters are not asked", () => {
    const r = world({ waves: [{ name: "none", clusters: ["z"], gates: { before: [approval("sign-off")] } }] }, ["a"]);
    expect(r.plan().opens).toEqual([]);
    expect(r.states()).toEqual({ a: "inFlight" });
  });

  test("of a skipped wave are passed over, and what waited there is skipped", () => {
    const r = atSecondWave();
    r.over = { skippedWaves: [1] };
    expect(r.dispatched()).toEqual(["c"]);
    expect(r.states()).toMatchObject({ b: "skipped" });
  });

  test("of a skipped wave halt nothing, however their last measurement ended", () => {
    const r = atSecondWave();
    r.over = { skippedWaves: [1], gates: [run("Failed")] };
    const plan = r.plan();
    expect(plan.event).toBeUndefined();
    expect(words(plan)).toEqual(["dispatch c"]);
  });

  test.each(["Paused", "Halted"] as const)("are not opened while %s", (phase) => {
    const r = atSecondWave();
    r.phase = phase;
    expect(r.plan().opens).toEqual([]);
  });
});

test("whatever is reported, no cluster of a wave is dispatched before its gates have passed", () => {
  const names = ["a", "b", "c", "d"];
  const moves = fc.array(fc.tuple(fc.constantFrom(...names), fc.constantFrom("Healthy", "Degraded", "Progressing" as const)), {
    maxLength: 40,
  });
  fc.assert(
    fc.property(moves, fc.constantFrom("Open", "Failed" as const), (story, state) => {
      const r = world({ ...gated, maxFailures: 4 }, names);
      for (const [name, health] of story) {
        r.report(name, health);
        const plan = r.plan();
        if (plan.opens.length > 0) r.over = { gates: [run(state)] };
        expect(r.waves().get(1)).toBeUndefined();
        expect(r.waves().get(2)).toBeUndefined();
      }
    }),
  );
});
