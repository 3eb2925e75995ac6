import { expect, test } from "vitest";
import { standingOf, tally, tallyByEnvironment } from "./standing.ts";

const none = { Healthy: 0, Progressing: 0, Degraded: 0, Suspended: 0, Missing: 0, Unknown: 0 };

test.each([
  {
    name: "the worst application speaks for its cluster",
    state: "Connected",
    applications: { ...none, Healthy: 9, Degraded: 1 },
    want: "Degraded",
  },
  { name: "a cluster that is silent is not healthy", state: "Offline", applications: { ...none, Healthy: 9 }, want: "Offline" },
  { name: "a cluster without applications is idle", state: "Connected", applications: none, want: "Idle" },
] as const)("$name", ({ state, applications, want }) => expect(standingOf({ state, applications })).toBe(want));

test("a tally is worst first and leaves out what there is none of", () => {
  const healthy = { state: "Connected", applications: { ...none, Healthy: 1 } } as const;
  expect(tally([healthy, { state: "Stale", applications: none }, healthy])).toEqual([
    ["Stale", 1],
    ["Healthy", 2],
  ]);
});

test("a cluster counts in each of its environments", () => {
  const applications = { ...none, Healthy: 1 };
  const counts = tallyByEnvironment([
    { state: "Connected", applications, environments: ["staging", "canary"] },
    { state: "Offline", applications, environments: ["staging"] },
  ]);
  expect([...counts]).toEqual([
    [
      "staging",
      [
        ["Offline", 1],
        ["Healthy", 1],
      ],
    ],
    ["canary", [["Healthy", 1]]],
  ]);
});
