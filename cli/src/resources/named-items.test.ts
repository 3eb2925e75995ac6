import { expect, test } from "vitest";
import { namedItems, namesGiven } from "./named-items.ts";

test.each([
  { words: ["cluster", "eu-1", "us-1"], want: ["clusters eu-1", "clusters us-1"] },
  { words: ["cluster/eu-1", "ro/1f2e"], want: ["clusters eu-1", "rollouts 1f2e"] },
  { words: ["cl", "cluster/eu-1", "us-1"], want: ["clusters eu-1", "clusters us-1"] },
  { words: ["status/eu-1/web"], want: ["statuses eu-1/web"] },
  { words: ["st", "eu-1/web"], want: ["statuses eu-1/web"] },
  { words: ["clusters"], want: [] },
])("$words", ({ words: [what = "", ...words], want }) => {
  expect(namedItems(what, words).map(({ resource, name }) => `${resource.name} ${name}`)).toEqual(want);
  expect(namesGiven(what, words)).toBe(want.length > 0);
});
