import { expect, test } from "vitest";
import { newestFirst } from "./newest-first.ts";

const versions = (...names: string[]) => names.map((version, index) => ({ version, clusters: index + 1 }));

test("versions are told as people count, the newest first", () => {
  expect(newestFirst(versions("v1.9.1", "v1.36.3", "v1.35.8")).map(({ version }) => version)).toEqual(["v1.36.3", "v1.35.8", "v1.9.1"]);
});

test("many versions end in a line for the oldest", () => {
  expect(newestFirst(versions("1", "2", "3", "4", "5", "6")).at(-1)).toEqual({ version: "2 others", clusters: 3 });
});
