import fc from "fast-check";
import { expect, test } from "vitest";
import { pruneHistories, replayHistory } from "../../agent/test/support/prune-histories.ts";
import { createAgentWorld } from "../support/agent-on-kubernetes.ts";

test("histories of git, people, approvals and trouble: what is deleted on Kubernetes is owned, and approved or under the threshold", async () => {
  let replayed = 0;
  await fc.assert(
    fc.asyncProperty(pruneHistories, async (steps) => {
      const world = await createAgentWorld();
      const { controlPlane, kube, namespace } = world;
      try {
        await replayHistory({ controlPlane, kube, namespace, startAgent: (over) => world.startAgent({ kube: over }) }, steps);
        replayed += 1;
      } finally {
        await world.dispose();
      }
    }),
    { numRuns: 5 },
  );
  expect(replayed).toBe(5);
}, 120_000);
