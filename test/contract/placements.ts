import type { ClusterId } from "@drover/kit";
import { describe, expect, test } from "vitest";
import { begin, commitPlan, place, releaseOf } from "./rollout-ports.ts";
import { type Bench, strategy } from "./bench.ts";

export function placementContract({ ports, clusters }: Bench): void {
  const names = async () =>
    (await ports().rollouts.load("r1"))?.targets.map(({ name, goal }) => `${name} ${goal ? "wanted" : "gone"}`).toSorted();

  describe("the placement store", () => {
    test("shows a place that nobody has looked at", async () => {
      const snapshot = await ports().placements.load(place);
      expect(snapshot).toMatchObject({ version: 0, active: {}, completed: undefined, stored: { revision: undefined, held: [] } });
      expect([...snapshot.enrolled].toSorted()).toEqual([...clusters()].toSorted());
    });

    test("shows goals and the rollout that carries them", async () => {
      const content = await releaseOf(ports(), "v1");
      await begin(ports(), { id: "r1", content, clusters: clusters(), strategy });
      const snapshot = await ports().placements.load(place);
      expect(snapshot).toMatchObject({ version: 1, active: { Environment: "r1" } });
      expect(snapshot.goals.get(clusters()[0] as ClusterId)).toEqual({
        scope: "Environment",
        digest: content.digest,
        revision: "v1",
        rolloutId: "r1",
      });
      expect(snapshot.filled.size).toBe(3);
    });

    test("refuses a plan that was made before somebody else's", async () => {
      const content = await releaseOf(ports(), "v1");
      const snapshot = await ports().placements.load(place);
      await begin(ports(), { id: "r1", content, clusters: clusters(), strategy });
      const problem = { code: "SOME_PROBLEM", message: "because" };
      await expect(ports().placements.commitProblem(snapshot, { ...snapshot.stored, problem })).rejects.toMatchObject({
        kind: "stale",
        code: "PLACEMENT_CHANGED",
      });
    });

    test("moves the version of the rollout that clusters join and leave", async () => {
      const content = await releaseOf(ports(), "v1");
      await begin(ports(), { id: "r1", content, clusters: clusters().slice(0, 2), strategy });
      const desired = { clusterId: clusters()[2] as ClusterId, scope: "Environment" as const, content };
      await commitPlan(ports(), { joins: [desired] }, [], strategy);
      expect(await names()).toEqual(["a wanted", "b wanted", "c wanted"]);
      await commitPlan(ports(), { leavers: [{ clusterId: clusters()[0] as ClusterId, withdraw: true }] }, [], strategy);
      expect(await names()).toEqual(["a gone", "b wanted", "c wanted"]);
      expect(await ports().rollouts.load("r1")).toMatchObject({ version: 3 });
    });

    test("gives clusters that join a place at rest its content at once", async () => {
      const content = await releaseOf(ports(), "v1");
      const desired = clusters().map((clusterId) => ({ clusterId, scope: "Environment" as const, content }));
      await commitPlan(ports(), { directs: desired }, [], strategy);
      const { assignments } = await ports().placements.load(place);
      expect(assignments.get(clusters()[0] as ClusterId)).toEqual({ digest: content.digest, state: "active" });
    });
  });
}
