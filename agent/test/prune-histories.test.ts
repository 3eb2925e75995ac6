import fc from "fast-check";
import { expect, test } from "vitest";
import { createTestFleet } from "./support/fleet.ts";
import { pruneHistories, replayHistory } from "./support/prune-histories.ts";

test("whatever git, people, approvals, failing lists and restarts do: deleted is owned, and approved or under the threshold", async () => {
  let deletions = 0;
  await fc.assert(
    fc.asyncProperty(pruneHistories, async (steps) => {
      const { cluster, controlPlane, startAgent, stop } = createTestFleet();
      try {
        deletions += (await replayHistory({ controlPlane, kube: cluster.kube, namespace: "shop", startAgent }, steps)).deletions;
      } finally {
        await stop();
      }
    }),
    { numRuns: Number(process.env["DROVER_HISTORIES"] ?? 12) },
  );
  expect(deletions).toBeGreaterThan(0);
}, 120_000);
