import { expect, test } from "vitest";
import { healthOf, syncOf } from "./placement-state.ts";

const none = { Healthy: 0, Progressing: 0, Degraded: 0, Suspended: 0, Missing: 0, Unknown: 0 };
const all = { clusters: 3, current: 3, proven: 3, drifted: 0, health: { ...none, Healthy: 3 } };

const problem = { code: "MANIFEST_INVALID", message: "deploy.yaml: line 3: no such indentation" };

test.each([
  { name: "what git wants does not render", summary: all, problem, want: ["OutOfSync", "Healthy"] },
  { name: "the branch that is followed cannot be read", summary: all, sourceProblem: problem, want: ["Unknown", "Healthy"] },
  {
    name: "the branch cannot be read, but a pin holds",
    summary: all,
    sourceProblem: problem,
    pin: { revision: "1", clusters: {} },
    want: ["Synced", "Healthy"],
  },
  { name: "all is well", summary: all, want: ["Synced", "Healthy"] },
  { name: "nobody has it", summary: { ...all, clusters: 0, current: 0, proven: 0, health: none }, want: ["Unknown", "Unknown"] },
  { name: "a cluster waits for its wave", summary: { ...all, current: 2 }, want: ["OutOfSync", "Healthy"] },
  { name: "a cluster speaks of the revision before", summary: { ...all, proven: 2 }, want: ["Synced", "Progressing"] },
  { name: "somebody changed an object", summary: { ...all, drifted: 1 }, want: ["OutOfSync", "Healthy"] },
  { name: "the worst counts", summary: { ...all, health: { ...none, Healthy: 1, Unknown: 1, Degraded: 1 } }, want: ["Synced", "Degraded"] },
])("$name", ({ want, ...place }) => {
  expect([syncOf(place), healthOf(place)]).toEqual(want);
});
