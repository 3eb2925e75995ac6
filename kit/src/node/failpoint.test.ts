import { expect, test } from "vitest";
import { createFailpoints } from "./failpoint.ts";

test("a process that was told nothing passes every point", () => {
  const deaths: string[] = [];
  const points = createFailpoints<"here">((name) => deaths.push(name));
  points.pass("here");
  expect(deaths).toEqual([]);
});

test("it dies at the named point alone, and at the passage that it was told", () => {
  const deaths: string[] = [];
  const points = createFailpoints<"here" | "there">((name) => deaths.push(name));
  points.arm({ name: "here", passage: 2 });
  points.pass("there");
  points.pass("here");
  expect(deaths).toEqual([]);
  points.pass("there");
  points.pass("here");
  expect(deaths).toEqual(["here"]);
});
