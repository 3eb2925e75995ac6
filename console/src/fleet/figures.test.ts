import type { FleetSummary } from "@drover/proto/rest";
import { expect, test } from "vitest";
import { figuresOf } from "./figures.ts";

const summary: FleetSummary = {
  at: "2026-11-21T08:00:00Z",
  clusters: { total: 1200, states: { Pending: 1, Connected: 1190, Stale: 2, Offline: 6, Revoked: 1 }, maintenance: 3, drifted: 4 },
  health: { Healthy: 2300, Progressing: 10, Degraded: 3, Suspended: 0, Missing: 1, Unknown: 86 },
  sync: { Synced: 2300, OutOfSync: 10, Unknown: 90 },
  driftedObjects: 9,
  environments: [],
  agentVersions: [],
  kubernetesVersions: [],
  rollouts: { Pending: 0, Running: 2, Paused: 0, Halted: 1, RollingBack: 0 },
};

test("the numbers say whether anybody is needed", () => {
  expect(figuresOf(summary).map(({ label, number, about }) => `${label} ${number}: ${about}`)).toEqual([
    `Clusters 1200: ${(1190).toLocaleString()} connected, 3 paused`,
    `Healthy 2300: of ${(2400).toLocaleString()} assignments`,
    "Degraded 4: assignments",
    "Offline 6: clusters, 2 more stale",
    "Drifted 4: clusters, 9 objects",
    "Rolling out 3: 1 halted",
  ]);
});
