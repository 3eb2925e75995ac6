import { expect, test } from "vitest";
import { beginningAt, type CrashPoint, crashPoints } from "../support/crash-points.ts";

const words = (points: readonly CrashPoint[]): readonly string[] => points.map(({ when, write }) => `${when} ${write}`);
const writes = [
  "update secrets inventory",
  "apply configmaps one",
  "apply configmaps two",
  "apply configmaps three",
  "update secrets inventory",
];

test("every write is one to die after, and the first also one to die before", () => {
  expect(words(crashPoints(writes, "every-write"))).toEqual([
    "crash-before 1",
    "crash-after 1",
    "crash-after 2",
    "crash-after 3",
    "crash-after 4",
    "crash-after 5",
  ]);
});

test("of writes that follow each other and differ in the name alone the first stands for all", () => {
  expect(words(crashPoints(writes, "every-kind"))).toEqual(["crash-before 1", "crash-after 1", "crash-after 2", "crash-after 5"]);
});

test("the last write is always one to die after", () => {
  expect(words(crashPoints(["apply configmaps one", "apply configmaps two"], "every-kind"))).toEqual([
    "crash-before 1",
    "crash-after 1",
    "crash-after 2",
  ]);
});

test("until an object is touched, scenarios that wrote the same down are at the same place", () => {
  const created = ["update secrets envelope", "update secrets other", "create secrets inventory", "apply configmaps one"];
  const changed = ["update secrets envelope", "create secrets inventory", "delete configmaps one", "update secrets inventory"];
  const inventory = "crash-after update secrets, create secrets";
  expect(beginningAt(created, { write: 3, when: "crash-after" })).toBe(inventory);
  expect(beginningAt(changed, { write: 2, when: "crash-after" })).toBe(inventory);
  expect(beginningAt(changed, { write: 1, when: "crash-before" })).toBe("crash-before update secrets");
  expect(beginningAt(changed, { write: 4, when: "crash-after" })).toBeUndefined();
});
