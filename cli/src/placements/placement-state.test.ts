import { expect, test } from "vitest";
import { healthOf, syncOf } from "./placement-state.ts";

const none = { Healthy: 0, Progressing: 0, Degraded: 0, Suspended: 0, Missing: 0, Unknown: 0 };
const all = { clusters: 3, current: 3, proven: 3, drifted: 0, health: { ...none, Healthy: 3 } };

test.each([
  { name: "all is well", summary: all, want: ["Synced", "Healthy"] },
  { name: "nobody has it", summary: { ...all, clusters: 0, current: 0, proven: 0, health: none }, want: ["Unknown", "Unknown"] },
  { name: "a cluster waits for its wave", summary: { ...all, current: 2 }, want: ["OutOfSync", "Healthy"] },
  { name: "a cluster speaks of the revision before", summary: { ...all, proven: 2 }, want: ["Synced", "Progressing"] },
  { name: "somebody changed an object", summary: { ...all, drifted: 1 }, want: ["OutOfSync", "Healthy"] },
  { name: "the worst counts", summary: { ...all, health: { ...none, Healthy: 1, Unknown: 1, Degraded: 1 } }, want: ["Synced", "Degraded"] },
])("$name", ({ summary, want }) => {
  expect([syncOf({ summary }), healthOf({ summary })]).toEqual(want);
});
