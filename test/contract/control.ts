import { describe, expect, test } from "vitest";
import { createRolloutCommands } from "../../control-plane/src/app/rollout/control-rollout.ts";
import { begin, caller, releaseOf } from "./rollout-ports.ts";
import { type Bench, strategy } from "./bench.ts";

const reason = "because";

export function controlContract({ ports, clusters }: Bench): void {
  const begun = async () => {
    await begin(ports(), { id: "r1", content: await releaseOf(ports(), "v1"), clusters: clusters(), strategy });
    return createRolloutCommands({ control: ports().control });
  };
  const rollout = async () => (await ports().rollouts.load("r1"))?.rollout;
  const states = async () => Object.fromEntries((await ports().rollouts.load("r1"))?.targets.map(({ name, state }) => [name, state]) ?? []);

  describe("the control of rollouts", () => {
    test("knows nothing of a rollout that never began", async () => {
      expect(await ports().control.load("r1", undefined)).toBeUndefined();
    });

    test("pauses, and lets go on with the failures that a person accepts", async () => {
      const commands = await begun();
      await commands.pauseRollout(caller, "r1", { reason });
      expect(await rollout()).toMatchObject({ phase: "Paused", acceptedFailures: 0 });
      await commands.pauseRollout(caller, "r1", { reason });
      await commands.resumeRollout(caller, "r1", { reason, acceptFailures: 2 });
      expect(await rollout()).toMatchObject({ phase: "Running", acceptedFailures: 2 });
      expect(await ports().control.load("r1", undefined)).toMatchObject({ failed: 0, maxFailures: 2 });
    });

    test("skips a cluster and takes it in again, by its id or its name", async () => {
      const commands = await begun();
      await commands.skipRolloutCluster(caller, "r1", { reason, cluster: "b" });
      await commands.skipRolloutCluster(caller, "r1", { reason, cluster: String(clusters()[2]) });
      expect(await states()).toEqual({ a: "waiting", b: "skipped", c: "skipped" });
      expect(await ports().control.load("r1", "b")).toMatchObject({ named: "skipped" });
      await commands.retryRollout(caller, "r1", { reason, cluster: "b" });
      expect(await states()).toMatchObject({ b: "waiting" });
    });

    test("notes a skipped wave", async () => {
      const commands = await begun();
      await commands.skipRolloutWave(caller, "r1", { reason, wave: "canary" });
      expect(await rollout()).toMatchObject({ skippedWaves: [0], phase: "Pending" });
    });

    test("aborts, and is taken up where it stopped", async () => {
      const commands = await begun();
      await commands.skipRolloutCluster(caller, "r1", { reason, cluster: "b" });
      await commands.abortRollout(caller, "r1", { reason });
      expect(await rollout()).toMatchObject({ phase: "Aborted" });
      await expect(commands.resumeRollout(caller, "r1", { reason })).rejects.toMatchObject({ code: "ROLLOUT_WRONG_PHASE" });
      for (const _twice of [1, 2]) await commands.retryRollout(caller, "r1", { reason });
      expect(await rollout()).toMatchObject({ phase: "Running" });
      expect(await states()).toEqual({ a: "waiting", b: "skipped", c: "waiting" });
    });

    test("aborts for good once another has begun there", async () => {
      const commands = await begun();
      await commands.abortRollout(caller, "r1", { reason });
      await begin(ports(), { id: "r2", content: await releaseOf(ports(), "v2"), clusters: clusters(), strategy });
      expect(await ports().control.load("r1", undefined)).toMatchObject({ newer: "r2" });
      const takeUp = { move: { event: "takenUp", from: "Aborted", to: "Running" } } as const;
      const by = { caller, order: { kind: "retry", cluster: undefined }, reason } as const;
      await expect(ports().control.commit("r1", 2, takeUp, by)).rejects.toMatchObject({ kind: "stale", code: "ROLLOUT_CHANGED" });
      await expect(commands.retryRollout(caller, "r1", { reason })).rejects.toMatchObject({ code: "ROLLOUT_WRONG_PHASE" });
    });

    test("refuses an order that was given before somebody else's", async () => {
      await begun();
      const { control } = ports();
      const pause = { move: { event: "paused", from: "Pending", to: "Paused" } } as const;
      const by = { caller, order: { kind: "pause" }, reason } as const;
      await control.commit("r1", 1, pause, by);
      await expect(control.commit("r1", 1, pause, by)).rejects.toMatchObject({ kind: "stale", code: "ROLLOUT_CHANGED" });
    });
  });
}
