import { expect, test } from "vitest";
import { createRolloutStore } from "../../control-plane/src/adapters/pg/rollout/rollouts.ts";
import type { RolloutSnapshot, RolloutStore } from "../../control-plane/src/app/rollout/reconcile-rollout.ts";
import { createRolloutReconciler } from "../../control-plane/src/app/rollout/reconcile-rollout.ts";
import { type PlacementWorld, placementWorld } from "../support/placement-world.ts";

const environment = { clusterSelector: { matchLabels: { env: "production" } }, strategy: "waves" };
const names = Array.from({ length: 20 }, (_, index) => `c${String(index).padStart(2, "0")}`);

/** Replicas whose looks at the database all come before the first write: the worst race there is. */
function racingReplicas(world: PlacementWorld, replicas: number): (id: string) => Promise<PromiseSettledResult<unknown>[]> {
  const store = createRolloutStore(world.database);
  let looking = replicas;
  let everybodyHasLooked: () => void = () => {};
  const gate = new Promise<void>((resolve) => (everybodyHasLooked = resolve));
  const racing: RolloutStore = {
    ...store,
    async load(id): Promise<RolloutSnapshot | undefined> {
      const snapshot = await store.load(id);
      if ((looking -= 1) === 0) everybodyHasLooked();
      await gate;
      return snapshot;
    },
  };
  const reconcile = createRolloutReconciler({ rollouts: racing, clock: { now: () => world.now() } });
  return (id) => Promise.allSettled(Array.from({ length: replicas }, () => reconcile(id, AbortSignal.timeout(10_000))));
}

test("of replicas that plan the same rollout at once one writes; the others look again", async () => {
  const world = await placementWorld(names, { Environment: environment, Strategy: { waves: [], maxConcurrency: 7 } });
  await world.put("Pin", "production/web", { revision: "v1" });
  await world.reconcilePlacement("web production", AbortSignal.timeout(10_000));

  const results = await racingReplicas(world, 4)("r1");
  expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  expect(refusals(results)).toEqual(["ROLLOUT_CHANGED", "ROLLOUT_CHANGED", "ROLLOUT_CHANGED"]);

  expect(Object.values(await world.states()).filter((state) => state === "inFlight")).toHaveLength(7);
  const { rows } = await world.database.query({
    text: `select count(*) as dispatched, count(distinct cluster_id) as clusters, (select max(generation) from assignments) as generation,
                  (select max(sequence) from envelopes) as sequence
             from rollout_transitions where event = 'Dispatched'`,
  });
  expect(rows).toEqual([{ dispatched: 7, clusters: 7, generation: 1, sequence: 1 }]);
});

test("a rollout carried out by racing replicas throughout records no step twice and dispatches nobody twice", async () => {
  const world = await placementWorld(names, { Environment: environment, Strategy: { waves: [], maxConcurrency: 5 } });
  await world.pin("v1");
  for (let round = 0; round < 40 && !(await world.rollouts())[0]?.endsWith("Completed"); round += 1) {
    const inFlight = (await world.targets()).filter(({ state }) => state === "inFlight").map(({ name }) => name);
    await Promise.all([
      ...inFlight.map((name) => world.report([name], "Healthy").catch(stale)),
      world.reconcileRollout("r1", AbortSignal.timeout(10_000)).catch(stale),
      world.reconcileRollout("r1", AbortSignal.timeout(10_000)).catch(stale),
    ]);
  }
  expect(await world.rollouts()).toEqual(["r1 Environment v1 Completed"]);
  const { rows } = await world.database.query<{ event: string; n: number }>({
    text: "select event, count(*) as n from rollout_transitions group by event order by lower(event)",
  });
  expect(rows).toEqual([
    { event: "completed", n: 1 },
    { event: "created", n: 1 },
    { event: "Dispatched", n: 20 },
    { event: "Healthy", n: 20 },
    { event: "started", n: 1 },
  ]);
  expect(new Set(Object.values(await world.assignments()))).toEqual(new Set(["v1 generation 1"]));
});

test("placements of one place that race make one rollout", async () => {
  const world = await placementWorld(names, { Environment: environment, Strategy: { waves: [] } });
  await world.put("Pin", "production/web", { revision: "v1" });
  const results = await Promise.allSettled([1, 2, 3].map(() => world.reconcilePlacement("web production", AbortSignal.timeout(10_000))));
  expect(refusals(results).filter((code) => code !== "PLACEMENT_CHANGED")).toEqual([]);
  expect(await world.rollouts()).toHaveLength(1);
});

test("a promotion during the rollout before wins against reconcilers that have not seen it", async () => {
  const world = await placementWorld(names, { Environment: environment, Strategy: { waves: [], maxConcurrency: 20 } });
  await world.pin("v1");
  await world.reportUntilDone();
  await world.put("Pin", "production/web", { revision: "v2" });
  await world.reconcilePlacement("web production", AbortSignal.timeout(10_000));
  const store = createRolloutStore(world.database);
  const before = await store.load("r2");
  await world.put("Pin", "production/web", { revision: "v3" });
  await world.reconcilePlacement("web production", AbortSignal.timeout(10_000));
  const late: RolloutStore = { ...store, load: async () => before };
  const reconcile = createRolloutReconciler({ rollouts: late, clock: { now: () => world.now() } });
  await expect(reconcile("r2", AbortSignal.timeout(10_000))).rejects.toMatchObject({ code: "ROLLOUT_CHANGED" });
  expect(new Set(Object.values(await world.assignments()))).toEqual(new Set(["v1 generation 1"]));
});

const refusals = (results: readonly PromiseSettledResult<unknown>[]): string[] =>
  results.flatMap((result) => (result.status === "rejected" ? [String((result.reason as { code?: string }).code)] : []));

function stale(error: unknown): void {
  if ((error as { kind?: string }).kind !== "stale") throw error;
}
