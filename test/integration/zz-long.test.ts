import fc from "fast-check";
import { expect, test } from "vitest";
import { pruneHistories, replayHistory } from "../../agent/test/support/prune-histories.ts";
import { createAgentWorld } from "../support/agent-on-kubernetes.ts";

test("histories of git, people, approvals and trouble: what is deleted on Kubernetes is owned, and approved or under the threshold", async () => {
  let applies = 0;
  await fc.assert(
    fc.asyncProperty(pruneHistories, async (steps) => {
      const world = await createAgentWorld();
      const { controlPlane, kube, namespace } = world;
      try {
        const seen = await replayHistory({ controlPlane, kube, namespace, startAgent: (over) => world.startAgent({ kube: over }) }, steps);
        applies += seen.applies;
      } finally {
        await world.dispose();
      }
    }),
    { numRuns: 25 },
  );
  expect(applies).toBeGreaterThan(0);
}, 400_000);
