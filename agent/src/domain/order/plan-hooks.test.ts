import fc from "fast-check";
import { expect, test } from "vitest";
import { planHooks, type PlannedHook } from "./plan-hooks.ts";
import { type HookRun, resumeSync, runMarkOf, type SyncRecord, withRun } from "./sync-record.ts";

const hook = (key: string, wave = 0, rank = 0): PlannedHook => ({ key, phases: ["PreSync"], wave, rank });
const run = (key: string, outcome: HookRun["outcome"]): HookRun => ({ phase: "PreSync", key, uid: "u", outcome });

test("starts the hooks of the first wave in the order of their kinds, and of the next when all of them have succeeded", () => {
  const hooks = [hook("job", 0, 5), hook("account", 0, 3), hook("late", 1)];
  expect(planHooks(hooks, "PreSync", [])).toEqual({ kind: "go", start: ["account", "job"], running: [] });
  expect(planHooks(hooks, "PreSync", [run("account", "succeeded"), run("job", "running")])).toEqual({
    kind: "go",
    start: [],
    running: ["job"],
  });
  expect(planHooks(hooks, "PreSync", [run("account", "succeeded"), run("job", "succeeded")])).toMatchObject({ start: ["late"] });
  expect(planHooks(hooks, "PostSync", [])).toEqual({ kind: "done" });
});

test("a failed hook ends its phase", () =>
  expect(planHooks([hook("a"), hook("b", 1)], "PreSync", [run("a", "failed")])).toEqual({ kind: "failed", key: "a" }));

test("for any hooks and outcomes: each is started once, none before an earlier wave is over, and nothing after a failure", () => {
  const anyHooks = fc.uniqueArray(fc.record({ key: fc.string({ minLength: 1 }), wave: fc.integer({ min: -2, max: 2 }), rank: fc.nat(8) }), {
    selector: ({ key }) => key,
    maxLength: 12,
  });
  fc.assert(
    fc.property(anyHooks, fc.func(fc.boolean()), (made, succeeds) => {
      const hooks = made.map((one): PlannedHook => ({ ...one, phases: ["PreSync"] }));
      const started: string[] = [];
      let runs: readonly HookRun[] = [];
      for (;;) {
        const plan = planHooks(hooks, "PreSync", runs);
        const hasFailed = runs.some(({ outcome }) => outcome === "failed");
        expect(plan.kind === "failed").toBe(hasFailed);
        if (plan.kind !== "go") break;
        const open = hooks.filter(({ key }) => !runs.some((known) => known.key === key && known.outcome === "succeeded"));
        const wave = Math.min(...open.map((one) => one.wave));
        expect([...plan.start, ...plan.running].map((key) => hooks.find((one) => one.key === key)!.wave)).toSatisfy((waves: number[]) =>
          waves.every((one) => one === wave),
        );
        started.push(...plan.start);
        runs = [...plan.start, ...plan.running].reduce(
          (all, key) => withRun({ bundle: "", attempt: 1, runs: all }, run(key, succeeds(key) ? "succeeded" : "failed")).runs,
          runs,
        );
      }
      expect(new Set(started).size).toBe(started.length);
      expect(started.length === hooks.length || runs.some(({ outcome }) => outcome === "failed")).toBe(true);
    }),
  );
});

const record: SyncRecord = { bundle: "sha256:a", attempt: 1, inForce: "sha256:z", runs: [run("a", "succeeded")] };
const failed: SyncRecord = { ...record, failed: { generation: 4, phase: "PreSync", key: "a", message: "", log: "" } };

test.each([
  { name: "goes on with what was begun", stored: record, bundle: "sha256:a", generation: 5, want: record },
  {
    name: "forgets another bundle's",
    stored: record,
    bundle: "sha256:b",
    generation: 5,
    want: { bundle: "sha256:b", attempt: 1, inForce: "sha256:z", runs: [] },
  },
  { name: "stays failed under the same generation", stored: failed, bundle: "sha256:a", generation: 4, want: failed },
  {
    name: "tries again under a new one",
    stored: failed,
    bundle: "sha256:a",
    generation: 5,
    want: { bundle: "sha256:a", attempt: 2, inForce: "sha256:z", runs: [] },
  },
])("$name", ({ stored, bundle, generation, want }) => expect(resumeSync(stored, bundle, generation)).toEqual(want));

test("every attempt and phase has a mark of its own", () => {
  const marks = [runMarkOf(record, "PreSync"), runMarkOf(record, "PostSync"), runMarkOf({ ...record, attempt: 2 }, "PreSync")];
  expect(new Set(marks).size).toBe(3);
});
