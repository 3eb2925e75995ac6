import { expect, test } from "vitest";
import { containersOf } from "./containers.ts";

test.each([
  {
    name: "of all kinds, the usual ones first",
    pod: { spec: { initContainers: [{ name: "migrate" }], containers: [{ name: "web" }, { name: "proxy" }] } },
    want: ["web", "proxy", "migrate"],
  },
  { name: "none while nothing is known", pod: undefined, want: [] },
  { name: "none in what is no pod", pod: { spec: { containers: ["web", { name: 1 }, null] } }, want: [] },
])("names containers: $name", ({ pod, want }) => expect(containersOf(pod)).toEqual(want));
