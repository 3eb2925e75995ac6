import { expect, test } from "vitest";
import type { Caller } from "../../control-plane/src/app/access/caller.ts";
import { placementWorld, type PlacementWorld } from "../support/placement-world.ts";

const caller: Caller = { actor: "users/ada", role: "operator", requestId: "req-1", traceparent: undefined };
const names = ["a1", "a2", "b1", "b2"];
const environment = { clusterSelector: { matchLabels: { env: "production" } }, strategy: "waves" };
const strategy = {
  waves: ["a", "b"].map((wave) => ({ name: wave, clusters: [`${wave}1`, `${wave}2`] })),
  maxConcurrency: 2,
  maxOffline: 1,
  degradedGracePeriod: "1s",
  onFailure: "Rollback" as const,
};

const startedWorld = async (): Promise<PlacementWorld> => {
  const world = await placementWorld(names, { Environment: environment, Strategy: strategy });
  await world.pin("v1");
  await world.reportUntilDone();
  return world;
};

async function crash(world: PlacementWorld, rollout: string, cluster: string): Promise<string> {
  await world.report([cluster], "Degraded");
  world.passTime(1_500);
  await world.reconcileRollout(rollout, AbortSignal.timeout(5_000));
  await world.work();
  const { rows } = await world.database.query<{ id: string }>({ text: "select id from rollouts where rolls_back = $1", values: [rollout] });
  return rows[0]?.id ?? "";
}

const phases = async ({ database }: PlacementWorld) => {
  const { rows } = await database.query<{ line: string }>({
    text: "select kind || ' ' || phase as line from rollouts order by created_at, rolls_back nulls first",
  });
  return rows.map(({ line }) => line);
};

test("a cluster that fell silent with the new content finds the old one when it returns, and holds nobody up", async () => {
  const world = await startedWorld();
  await world.pin("v2");
  await world.report(["a1"], "Healthy");
  await world.database.query({
    text: "update cluster_reports set seen_at = now() - interval '400 s' where cluster_id = (select id from clusters where name = 'a2')",
  });
  await world.reconcileRollout("r2", AbortSignal.timeout(5_000));
  await world.work();
  expect(await world.states("r2")).toMatchObject({ a1: "succeeded", a2: "offline" });
  const id = await crash(world, "r2", "b1");
  await world.reportUntilDone();
  expect(await phases(world)).toEqual(["Rollout Completed", "Rollout RolledBack", "Rollback Completed"]);
  expect(await world.states(id)).toEqual({ a1: "succeeded", a2: "offline", b1: "succeeded", b2: "succeeded" });
  expect((await world.assignments())["a2"]).toBe("v1 generation 3");
});

test("a rollback that fails halts and is not taken back itself; what it was for ends with it", async () => {
  const world = await startedWorld();
  await world.pin("v2");
  await world.report(["a2"], "Healthy");
  const id = await crash(world, "r2", "a1");
  await world.report(["a2"], "Degraded");
  await world.report(["a1"], "Degraded");
  world.passTime(20 * 60_000); // neither is well with the old content in time
  await world.database.query({ text: "update cluster_reports set seen_at = now() + interval '21 min'" });
  await world.reconcileRollout(id, AbortSignal.timeout(5_000));
  await world.work();
  expect(await phases(world)).toEqual(["Rollout Completed", "Rollout RollingBack", "Rollback Halted"]);
  await world.commands.abortRollout(caller, id, { reason: "we mend them by hand" });
  expect(await phases(world)).toEqual(["Rollout Completed", "Rollout Aborted", "Rollback Aborted"]);
});

test("a newer revision takes the place of a rollback, and what it took back with it", async () => {
  const world = await startedWorld();
  await world.pin("v2");
  await crash(world, "r2", "a1");
  await world.pin("v3");
  await world.reportUntilDone();
  expect(await phases(world)).toEqual(["Rollout Completed", "Rollout Superseded", "Rollback Superseded", "Rollout Completed"]);
  expect(Object.values(await world.assignments()).map((line) => line.split(" ")[0])).toEqual(["v3", "v3", "v3", "v3"]);
});

test("a change of files is taken back and refused as it is; the revision is not", async () => {
  const world = await startedWorld();
  const application = { source: { repository: "https://git.example/web" } };
  await world.put("Application", "web", { ...application, syncPolicy: { prune: false } });
  await world.settle();
  const id = await crash(world, "r2", "a1");
  await world.reportUntilDone();
  expect(await phases(world)).toEqual(["Rollout Completed", "Rollout RolledBack", "Rollback Completed"]);
  expect(await world.states(id)).toEqual({ a1: "succeeded", a2: "succeeded" });
  await world.settle();
  expect(await world.problem()).toBe("CONTENT_QUARANTINED");
  await world.put("Application", "web", { ...application, syncPolicy: { selfHeal: false } });
  await world.settle();
  expect(await world.problem()).toBeUndefined();
  await world.reportUntilDone();
  expect((await phases(world)).at(-1)).toBe("Rollout Completed");
});
