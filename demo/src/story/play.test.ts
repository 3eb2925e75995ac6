import { expect, test } from "vitest";
import { createProgress } from "../progress.ts";
import { summarise, summaryTable } from "../summary.ts";
import type { World } from "../world.ts";
import { play } from "./play.ts";
import type { Step } from "./step.ts";

const passes: Step = { name: "passes", run: async () => "all is well" };
const fails: Step = { name: "fails", run: () => Promise.reject(new Error("expected: v1; found: v2")) };
const fleet = { clusters: 6, kubernetes: 2 };

async function playing(steps: readonly Step[], signal = new AbortController().signal) {
  const lines: string[] = [];
  const progress = createProgress(
    (line) => lines.push(line),
    () => 0,
  );
  const results = await play(steps, { signal } as World, progress);
  return { lines, results };
}

test("one line for each step, with what was verified", async () => {
  const { lines, results } = await playing([passes, passes]);
  const line: unknown = expect.stringMatching(/^ {3}0\.0s {2}ok {3}passes \(\d+\.\ds\): all is well$/);
  expect(lines).toEqual([line, line]);
  expect(summarise(fleet, results, 2, 0).ok).toBe(true);
});

test("nothing is played after a step that failed, and the whole is no success", async () => {
  const { lines, results } = await playing([passes, fails, passes]);
  expect(lines.at(-1)).toContain("FAIL fails");
  const summary = summarise(fleet, results, 3, 1000);
  expect(summary).toMatchObject({
    ok: false,
    steps: [
      { ok: true, verified: "all is well" },
      { ok: false, error: "expected: v1; found: v2" },
    ],
  });
  expect(summaryTable(summary)).toContain("FAILED: 1 of 3 steps verified on 6 clusters, 2 of them Kubernetes");
});

test("a story that broke off is no success", async () => {
  const { results } = await playing([passes]);
  expect(summarise(fleet, results, 2, 0).ok).toBe(false);
});

test("an interruption is no failed step", async () => {
  const interrupted = AbortSignal.abort(new Error("interrupted"));
  await expect(playing([fails], interrupted)).rejects.toThrow("interrupted");
});
