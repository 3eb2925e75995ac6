import { expect, test } from "vitest";
import { compareKeys, naturalKey } from "./natural-key.ts";

test("names are in the order in which people count", () => {
  const names = ["eu-10", "us-1", "eu-2", "eu", "v1.36.3", "v1.9.1"];
  const sorted = names.toSorted((a, b) => compareKeys(naturalKey(a), naturalKey(b)));
  expect(sorted).toEqual(["eu", "eu-2", "eu-10", "us-1", "v1.9.1", "v1.36.3"]);
});
