import { expect, test } from "vitest";
import { sortedBy } from "./sort.ts";

const releases = [{ name: "web-10", age: 2 }, { name: "web-2", age: 10 }, { name: "web-1" }];

test.each([
  { path: ".name", want: ["web-1", "web-2", "web-10"] },
  { path: "{.age}", want: ["web-1", "web-10", "web-2"] },
  { path: ".gone", want: ["web-10", "web-2", "web-1"] },
])("by $path", ({ path, want }) => expect(sortedBy(releases, path).map(({ name }) => name)).toEqual(want));
