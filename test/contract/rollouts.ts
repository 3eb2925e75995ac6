import { type ClusterId, instant } from "@drover/kit";
import { describe, expect, test } from "vitest";
import type { RolloutSnapshot } from "../../control-plane/src/app/rollout/reconcile-rollout.ts";
import { planRollout } from "../../control-plane/src/domain/rollout/plan.ts";
import { noRestrictions } from "../../control-plane/src/domain/rollout/restrictions.ts";
import { resolveStrategy } from "../../control-plane/src/domain/rollout/strategy.ts";
import { begin, place, releaseOf, reportOf, type RolloutPorts, statusOf } from "./rollout-ports.ts";
import { type Bench, strategy } from "./bench.ts";

/** No server's clock is as far ahead as the planner's. */
const aheadMs = 5_000;

/** As the reconciler does it. */
async function planned(ports: RolloutPorts, id: string): Promise<RolloutSnapshot> {
  const snapshot = await loaded(ports, id);
  await ports.rollouts.commit(snapshot, planOf(snapshot));
  return loaded(ports, id);
}

const planOf = ({ rollout, targets }: RolloutSnapshot) =>
  planRollout({ ...rollout, restrictions: noRestrictions }, targets, instant(Date.now() + aheadMs));

async function loaded(ports: RolloutPorts, id: string): Promise<RolloutSnapshot> {
  const snapshot = await ports.rollouts.load(id);
  if (snapshot === undefined) throw new Error(`there is no rollout ${id}`);
  return snapshot;
}

const wordsOf = ({ targets }: RolloutSnapshot): readonly string[] =>
  targets.map(({ name, state, generation, wave }) => `${name} ${state} ${generation ?? "-"} ${wave ?? "-"}`).toSorted();

export function rolloutContract({ ports, clusters }: Bench): void {
  const heard = async (seq: number, status?: Parameters<typeof statusOf>): Promise<void> => {
    await ports().reports.commit(clusters().map((cluster) => reportOf(cluster, seq, status ? [statusOf(...status)] : [])));
  };
  const started = async (over: Parameters<typeof resolveStrategy>[0] = {}): Promise<RolloutSnapshot> => {
    await heard(1);
    const content = await releaseOf(ports(), "v1");
    const chosen = Object.keys(over).length === 0 ? strategy : resolveStrategy(over);
    await begin(ports(), { id: "r1", content, clusters: clusters(), strategy: chosen });
    return planned(ports(), "r1");
  };

  describe("the rollout store", () => {
    test("knows nothing of a rollout that never began", async () => {
      expect(await ports().rollouts.load("r1")).toBeUndefined();
    });

    test("has a rollout that begins wait with all its targets", async () => {
      const content = await releaseOf(ports(), "v1");
      await begin(ports(), { id: "r1", content, clusters: clusters(), strategy });
      const snapshot = await loaded(ports(), "r1");
      expect(snapshot).toMatchObject({ version: 1, rollout: { kind: "Rollout", phase: "Pending", acceptedFailures: 0, skippedWaves: [] } });
      expect(wordsOf(snapshot)).toEqual(["a waiting - -", "b waiting - -", "c waiting - -"]);
      expect(snapshot.targets[0]).toMatchObject({ goal: { contentDigest: content.digest }, assignment: undefined, hasPrevious: false });
    });

    test("gives what a plan dispatches its first generation, and the rollout a new version", async () => {
      const snapshot = await started();
      expect(snapshot).toMatchObject({ version: 2, rollout: { phase: "Running", waveSizes: { 0: 1 } } });
      expect(wordsOf(snapshot)).toEqual(["a inFlight 1 0", "b waiting - -", "c waiting - -"]);
      const [a] = snapshot.targets.filter(({ name }) => name === "a");
      expect(a?.assignment).toMatchObject({ generation: 1, state: "active", acknowledgedAt: undefined, provenAt: undefined });
    });

    test("refuses a plan that was thought out before somebody else's, and changes nothing", async () => {
      await heard(1);
      await begin(ports(), { id: "r1", content: await releaseOf(ports(), "v1"), clusters: clusters(), strategy });
      const old = await loaded(ports(), "r1");
      await planned(ports(), "r1");
      await expect(ports().rollouts.commit(old, planOf(old))).rejects.toMatchObject({ kind: "stale", code: "ROLLOUT_CHANGED" });
      expect(await loaded(ports(), "r1")).toMatchObject({ version: 2 });
    });

    test("raises the generation with other content, and not with the same", async () => {
      await started();
      const content = await releaseOf(ports(), "v2");
      await begin(ports(), { id: "r2", content, clusters: clusters(), strategy, supersedes: "r1" });
      expect(await loaded(ports(), "r1")).toMatchObject({ rollout: { phase: "Superseded" } });
      expect(wordsOf(await planned(ports(), "r2"))).toContain("a inFlight 2 0");
      await begin(ports(), { id: "r3", content, clusters: clusters(), strategy, supersedes: "r2" });
      const again = await planned(ports(), "r3");
      expect(again.targets.find(({ name }) => name === "a")?.assignment).toMatchObject({ generation: 2 });
    });

    test("opens a gate once, and shows it as it is", async () => {
      const gated = { waves: [{ name: "canary", count: 1, gates: { before: [{ name: "sign-off", type: "Approval" as const }] } }] };
      const snapshot = await started(gated);
      expect(snapshot.rollout.gates).toMatchObject([{ wave: 0, when: "before", gate: "sign-off", state: "Open" }]);
      expect((await planned(ports(), "r1")).rollout.gates).toHaveLength(1);
    });

    test("takes a failed rollout back with one of its own, and refuses what it brought", async () => {
      const goesBack = { onFailure: "Rollback" as const, degradedGracePeriod: "0s", maxConcurrency: 3, progressDeadline: "30d" };
      const first = await releaseOf(ports(), "v1");
      await started(goesBack);
      await heard(2, [first, 1]);
      await planned(ports(), "r1");
      await heard(3, [first, 1]);
      await planned(ports(), "r1");
      expect(await loaded(ports(), "r1")).toMatchObject({ rollout: { phase: "Completed" } });

      const second = await releaseOf(ports(), "v2");
      await begin(ports(), { id: "r2", content: second, clusters: clusters(), strategy: resolveStrategy(goesBack) });
      await planned(ports(), "r2");
      await ports().reports.commit([reportOf(clusters()[0] as ClusterId, 4, [statusOf(second, 2, { health: "Degraded" })])]);
      expect(await planned(ports(), "r2")).toMatchObject({ rollout: { phase: "RollingBack" } });

      const back = (await ports().placements.load(place)).active.Environment ?? "";
      const rollback = await loaded(ports(), back);
      expect(rollback).toMatchObject({
        rollout: { kind: "Rollback", phase: "Pending", strategy: { order: "reverse", onFailure: "Halt" } },
      });
      expect(wordsOf(rollback)).toEqual(["a waiting - 0"]);
      expect(await ports().quarantines.inForce("web")).toMatchObject([{ kind: "Revision", revision: "v2" }]);

      await planned(ports(), back);
      await ports().reports.commit([reportOf(clusters()[0] as ClusterId, 5, [statusOf(first, 3)])]);
      expect(await planned(ports(), back)).toMatchObject({ rollout: { phase: "Completed" } });
      expect(await loaded(ports(), "r2")).toMatchObject({ rollout: { phase: "RolledBack" } });
    });
  });
}
