import type { ClusterId } from "@drover/kit";
import { describe, expect, test } from "vitest";
import { commitPlan, releaseOf } from "./rollout-ports.ts";
import { type Bench, strategy } from "./bench.ts";

export function envelopeContract({ ports, clusters }: Bench): void {
  const assign = async (revision: string): Promise<void> => {
    const content = await releaseOf(ports(), revision);
    const desired = clusters().map((clusterId) => ({ clusterId, scope: "Environment" as const, content }));
    await commitPlan(ports(), { directs: desired }, [], strategy);
  };
  const first = (): ClusterId => clusters()[0] as ClusterId;

  describe("standings and the outbox of envelopes", () => {
    test("know no stranger, and a cluster that was given nothing", async () => {
      expect(await ports().standings.load("nobody" as ClusterId)).toBeUndefined();
      expect(await ports().standings.load(first())).toMatchObject({ epoch: 1, sequence: 0, assignments: [], newest: undefined });
      expect(await ports().outbox.claim(10)).toEqual([]);
    });

    test("show everything that a cluster is given, in one place of the sequence", async () => {
      await assign("v1");
      expect(await ports().standings.load(first())).toMatchObject({
        epoch: 1,
        sequence: 1,
        newest: "web",
        assignments: [{ application: "web", environment: "production", generation: 1, revision: "v1", state: "active" }],
      });
    });

    test("hand out what is behind to one replica at a time", async () => {
      await assign("v1");
      const claimed = await ports().outbox.claim(2);
      expect(claimed.map(({ cluster }) => cluster)).toEqual([...clusters()].toSorted().slice(0, 2));
      expect(await ports().outbox.claim(10)).toHaveLength(1);
      expect(await ports().outbox.claim(10)).toEqual([]);
    });

    test("are behind again as soon as something changes", async () => {
      await assign("v1");
      await ports().outbox.published(await ports().outbox.claim(10));
      expect(await ports().outbox.claim(10)).toEqual([]);
      await assign("v2");
      const behind = await ports().outbox.claim(10);
      expect(behind).toMatchObject([{ sequence: 2 }, { sequence: 2 }, { sequence: 2 }]);
      // The news of an older envelope that arrives late takes nothing back.
      await ports().outbox.published(behind);
      await ports().outbox.published([{ cluster: first(), epoch: 1, sequence: 1 }]);
      expect(await ports().outbox.claim(10)).toEqual([]);
    });

    test("go on above an envelope that was forgotten", async () => {
      await assign("v1");
      const standing = await ports().standings.load(first());
      const held = {
        cluster: first(),
        clusterUid: standing?.clusterUid ?? "",
        epoch: 3,
        sequence: 40,
        issuedAt: new Date(0).toISOString(),
        keysetVersion: 1,
        assignments: [],
      };
      await ports().standings.takeOver(first(), held);
      expect(await ports().standings.load(first())).toMatchObject({ epoch: 4 });
    });
  });
}
