import { expect, test } from "vitest";
import { createRolloutStore } from "../../control-plane/src/adapters/pg/rollout/rollouts.ts";
import { createRolloutReconciler } from "../../control-plane/src/app/rollout/reconcile-rollout.ts";
import { cid, placementWorld, type PlacementWorld } from "../support/placement-world.ts";

const names = ["a1", "a2", "b1", "b2", "c1", "c2"];
const environment = { clusterSelector: { matchLabels: { env: "production" } }, strategy: "waves" };
const strategy = {
  waves: ["a", "b", "c"].map((wave) => ({ name: wave, clusters: [`${wave}1`, `${wave}2`] })),
  maxConcurrency: 2,
  degradedGracePeriod: "1s",
  onFailure: "Rollback" as const,
  rollback: { maxConcurrency: 1 },
};

async function crashInSecondWave(): Promise<PlacementWorld> {
  const world = await placementWorld(names, { Environment: environment, Strategy: strategy });
  await world.pin("v1");
  await world.reportUntilDone();
  await world.pin("v2");
  await world.report(["a1", "a2"], "Healthy");
  await world.report(["b1"], "Degraded");
  world.passTime(1_500);
  await world.reconcileRollout("r2", AbortSignal.timeout(5_000));
  await world.work();
  return world;
}

const rollbackOf = async (world: PlacementWorld, rollout: string) => {
  const { rows } = await world.database.query<{ id: string; kind: string; phase: string; revision: string; actor: string; reason: string }>(
    {
      text: "select id, kind, phase, revision, actor, reason from rollouts where rolls_back = $1",
      values: [rollout],
    },
  );
  return rows[0] as (typeof rows)[number];
};

const phases = async (world: PlacementWorld) => {
  const { rows } = await world.database.query<{ line: string }>({
    text: "select kind || ' ' || revision || ' ' || phase as line from rollouts order by created_at, rolls_back nulls first",
  });
  return rows.map(({ line }) => line);
};

test("what crashes in the second wave returns in reverse order, one at a time, and only what was changed", async () => {
  const world = await crashInSecondWave();
  expect(await phases(world)).toEqual(["Rollout v1 Completed", "Rollout v2 RollingBack", "Rollback v1 Running"]);
  const { id, actor, reason } = await rollbackOf(world, "r2");
  expect([actor, reason]).toEqual(["drover", "rollout r2 failed: 1 failed, 0 may (b1)"]);

  const order: string[] = [];
  for (;;) {
    const returning = (await world.targets(id)).filter(({ state }) => state === "inFlight").map(({ name }) => name);
    if (returning.length === 0) break;
    order.push(returning.join(" "));
    await world.report(returning, "Healthy");
  }
  expect(order).toEqual(["b1", "b2", "a1", "a2"]);
  expect(await phases(world)).toEqual(["Rollout v1 Completed", "Rollout v2 RolledBack", "Rollback v1 Completed"]);
  expect(await world.assignments()).toEqual({
    a1: "v1 generation 3",
    a2: "v1 generation 3",
    b1: "v1 generation 3",
    b2: "v1 generation 3",
    c1: "v1 generation 1",
    c2: "v1 generation 1",
  });
});

test("while git still asks for the failed revision nothing moves, and once it asks for the one before there is nothing to do", async () => {
  const world = await crashInSecondWave();
  expect(await world.problem()).toBe("REVISION_QUARANTINED");
  await world.reportUntilDone();
  await world.addCluster("d1");
  await world.settle();
  expect(Object.keys(await world.assignments())).not.toContain("d1");

  await world.pin("v1");
  expect(await world.problem()).toBeUndefined();
  await world.reportUntilDone();
  expect(await phases(world)).toEqual(["Rollout v1 Completed", "Rollout v2 RolledBack", "Rollback v1 Completed"]);
  expect(await world.assignments()).toMatchObject({ a1: "v1 generation 3", c2: "v1 generation 1", d1: "v1 generation 1" });
});

test("the revision goes no further in another environment, also where a rollout brings it just now", async () => {
  const world = await placementWorld(names, { Environment: environment, Strategy: strategy });
  await world.put("Environment", "staging", { clusterSelector: { matchLabels: { env: "staging" } } });
  for (const name of ["s1", "s2"]) await world.addCluster(name, { labels: { env: "staging" } });
  await world.pin("v1");
  await world.reportUntilDone();
  await world.put("Pin", "staging/web", { revision: "v2" });
  await world.reconcilePlacement("web staging", AbortSignal.timeout(5_000));
  await world.work();
  expect(await world.states("r2")).toEqual({ s1: "inFlight", s2: "waiting" });
  await world.pin("v2");
  await world.report(["a1"], "Degraded");
  world.passTime(1_500);
  await world.reconcileRollout("r3", AbortSignal.timeout(5_000));
  await world.work();
  await world.report(["s1"], "Healthy");
  expect(await world.states("r2")).toEqual({ s1: "succeeded", s2: "waiting" });
  const { rows } = await world.database.query({ text: "select holds -> 0 -> 'because' ->> 'kind' as kind from rollouts where id = 'r2'" });
  expect(rows).toEqual([{ kind: "Quarantined" }]);
});

test("a plan that was thought out before its revision was refused dispatches nothing", async () => {
  const world = await placementWorld(["a1"], { Environment: environment, Strategy: strategy });
  await world.put("Pin", "production/web", { revision: "v1" });
  await world.reconcilePlacement("web production", AbortSignal.timeout(5_000));
  const store = createRolloutStore(world.database);
  const slow = createRolloutReconciler({
    rollouts: {
      ...store,
      async load(id) {
        const snapshot = await store.load(id);
        await world.put("Quarantine", "web", { revisions: [{ revision: "v1", reason: "it leaks" }] });
        await world.reconcilePlacement("web production", AbortSignal.timeout(5_000));
        return snapshot;
      },
    },
    clock: { now: () => world.now() },
  });
  await expect(slow("r1", AbortSignal.timeout(5_000))).rejects.toMatchObject({ code: "ROLLOUT_CHANGED" });
  expect(await world.assignments()).toEqual({});
});

test("of exceptions that bring several revisions the one that failed is refused", async () => {
  const world = await placementWorld(["a1", "b1"], { Environment: environment, Strategy: { ...strategy, waves: [] } });
  await world.pin("v1");
  await world.reportUntilDone();
  await world.pin("v1", { a1: "v2", b1: "v3" });
  await world.report(["a1"], "Healthy");
  await world.report(["b1"], "Degraded");
  world.passTime(1_500);
  await world.reconcileRollout("r2", AbortSignal.timeout(5_000));
  const { rows } = await world.database.query({ text: "select revision, returns_to from quarantines" });
  expect(rows).toEqual([{ revision: "v3", returns_to: "v1" }]);
  const events = await world.database.query({ text: "select body ->> 'revision' as revision from events where body ? 'rollsBack'" });
  expect(events.rows).toEqual([{ revision: "v1" }]);
});

test("a revision that was given up midway is not what clusters return to", async () => {
  const world = await placementWorld(names, { Environment: environment, Strategy: strategy });
  await world.pin("v1");
  await world.reportUntilDone();
  await world.pin("v2");
  await world.report(["a1", "a2"], "Healthy");
  await world.pin("v3");
  await world.report(["a1"], "Degraded");
  world.passTime(1_500);
  await world.reconcileRollout("r3", AbortSignal.timeout(5_000));
  await world.work();
  const { id, revision } = await rollbackOf(world, "r3");
  expect(revision).toBe("v1");
  // b1 and b2 have v2, which only the rollout before brought.
  expect(await world.states(id)).toMatchObject({ a1: "waiting", a2: "waiting" });
  await world.reportUntilDone();
  expect((await phases(world)).slice(1)).toEqual(["Rollout v2 Superseded", "Rollout v3 RolledBack", "Rollback v1 Completed"]);
  expect(Object.values(await world.assignments()).map((line) => line.split(" ")[0])).toEqual(["v1", "v1", "v1", "v1", "v1", "v1"]);
});

test("what had nothing before keeps what it has until git says what it should have", async () => {
  const world = await placementWorld(["a1", "b1"], { Environment: environment, Strategy: strategy });
  await world.pin("v1");
  await world.reportUntilDone();
  await world.pin("v2");
  await world.report(["a1"], "Healthy");
  await world.addCluster("a2");
  await world.settle();
  // It joined late, and was given the last completed revision first.
  await world.report(["b1"], "Degraded");
  world.passTime(1_500);
  await world.reconcileRollout("r2", AbortSignal.timeout(5_000));
  await world.work();
  await world.reportUntilDone();
  expect(await phases(world)).toEqual(["Rollout v1 Completed", "Rollout v2 RolledBack", "Rollback v1 Completed"]);
  const { rows } = await world.database.query({
    text: "select count(*)::int as goals from goals where revision = 'v1' and cluster_id = any($1)",
    values: [["a1", "a2", "b1"].map(cid)],
  });
  expect(rows).toEqual([{ goals: 3 }]);
});
