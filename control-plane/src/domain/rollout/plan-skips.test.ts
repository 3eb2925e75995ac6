import { expect, test } from "vitest";
import { words, world } from "./rollout-world.fixture.ts";

const twoWaves = { waves: [{ name: "one", count: 2 }, { name: "two" }], maxConcurrency: 1 };

test("a rollout ends only when what was in flight in a skipped wave is settled", () => {
  const r = world(twoWaves, ["a", "b"]);
  r.plan();
  r.over = { skippedWaves: [0] };
  const plan = r.plan();
  expect(r.states()).toEqual({ a: "inFlight", b: "skipped" });
  expect(plan.event).toBeUndefined();
  expect(plan.holds).toMatchObject([{ because: { kind: "EarlierWave", wave: "one", inFlight: 1 }, clusters: 0 }]);
  r.report("a", "Healthy");
  expect(r.plan().event).toBe("completed");
});

test("later waves do not wait for a skipped one", () => {
  const r = world({ ...twoWaves, maxConcurrency: 2 }, ["a", "b", "c"]);
  r.report("b", "Progressing");
  r.plan();
  r.report("a", "Healthy");
  r.over = { skippedWaves: [0] };
  expect(words(r.plan())).toEqual(["dispatch c"]);
});

test("a cluster that was skipped with its wave is given the release when a person has it tried after all", () => {
  const r = world(twoWaves, ["a", "b", "c"]);
  r.plan();
  r.report("a", "Healthy");
  r.over = { skippedWaves: [0] };
  r.plan();
  expect(r.states()).toMatchObject({ b: "skipped" });
  r.report("c", "Healthy");
  r.retry("b");
  expect(words(r.plan())).toEqual(["dispatch b"]);
  expect(r.states()).toMatchObject({ b: "inFlight" });
  expect(r.plan().event).toBeUndefined();
});
