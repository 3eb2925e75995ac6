import { expect, test } from "vitest";
import { createExplainStore } from "../../control-plane/src/adapters/pg/explain-facts.ts";
import { loadRestrictionFacts } from "../../control-plane/src/adapters/pg/restriction-facts.ts";
import { createAutoPromotionReads } from "../../control-plane/src/adapters/pg/upstream-revisions.ts";
import { createRolloutReads } from "../../control-plane/src/adapters/pg/rollout-reads.ts";
import { createExplain } from "../../control-plane/src/app/explain.ts";
import { cid, type PlacementWorld, placementWorld } from "../support/placement-world.ts";

const environment = { clusterSelector: { matchLabels: { env: "production" } }, strategy: "waves" };
const signal = AbortSignal.timeout(60_000);
const place = { kind: "placement", application: "web", environment: "production" } as const;
const explain = (world: PlacementWorld) =>
  createExplain({
    store: createExplainStore(world.database),
    restrictions: (application, environment) => loadRestrictionFacts(world.database, application, environment),
    promotion: createAutoPromotionReads(world.database),
    clock: { now: () => world.now() },
  });

test("why leads from the halted rollout to the crashing container, however one asks", async () => {
  const world = await placementWorld(["a", "b"], { Environment: environment, Strategy: { degradedGracePeriod: "1s" } });
  await world.pin("v1");
  const crash = {
    group: "apps",
    kind: "Deployment",
    namespace: "demo",
    name: "web",
    container: "app",
    reason: "CrashLoopBackOff",
    message: "",
  };
  await world.report(["a"], "Degraded", { failing: [crash] });
  world.passTime(1_500);
  await world.reconcileRollout("r1", signal);
  const why = explain(world);
  const chain = ["Halted", "ClusterFailed", "ObjectFailing"];
  expect((await why({ kind: "rollout", rolloutId: "r1" }, signal)).map(({ kind }) => kind)).toEqual(chain);
  expect((await why(place, signal)).map(({ kind }) => kind)).toEqual(chain);
  const links = await why({ kind: "cluster", clusterId: cid("a"), application: "web" }, signal);
  expect(links.map(({ kind }) => kind)).toEqual(["ClusterFailed", "ObjectFailing"]);
  expect(links[1]?.numbers).toMatchObject({ cluster: "a", kind: "Deployment", name: "web", container: "app", reason: "CrashLoopBackOff" });
  expect((await why({ kind: "cluster", clusterId: cid("b"), application: "web" }, signal)).map(({ kind }) => kind)).toEqual(chain);
});

test("why follows a rollout from its first cluster to its end", async () => {
  const world = await placementWorld(["a", "b"], {
    Environment: environment,
    Strategy: { waves: [{ name: "one", count: 1, soakTime: "1h" }] },
  });
  const why = explain(world);
  expect((await why(place, signal)).map(({ kind }) => kind)).toEqual(["NotPlaced"]);
  await world.pin("v1");
  expect((await why(place, signal)).map(({ kind }) => kind)).toEqual(["EarlierWave", "AwaitingAck"]);
  await world.report(["a"], "Progressing");
  expect((await why(place, signal)).map(({ kind }) => kind)).toEqual(["EarlierWave", "Progressing"]);
  await world.report(["a"], "Healthy");
  const soaking = await why(place, signal);
  expect(soaking.map(({ kind }) => kind)).toEqual(["Soaking"]);
  expect(Date.parse(soaking[0]?.next ?? "")).toBeGreaterThan(world.now() + 3_500_000);
  world.passTime(3_600_000);
  await world.hear(["a", "b"]);
  await expect(why({ kind: "rollout", rolloutId: "r9" }, signal)).rejects.toMatchObject({ code: "ROLLOUT_NOT_FOUND" });
});

test("a rollout, its targets and its steps are listed page by page", async () => {
  const world = await placementWorld(["a", "b", "c"], { Environment: environment, Strategy: { waves: [], maxConcurrency: 2 } });
  await world.pin("v1");
  await world.reportUntilDone();
  await world.pin("v2");
  const reads = createRolloutReads(world.database);
  const first = await reads.list({}, { size: 1, after: undefined });
  expect(first.items).toMatchObject([
    { id: "r2", phase: "Running", targets: { InFlight: 2, Waiting: 1 }, holds: [{ kind: "Concurrency" }, { kind: "EarlierWave" }] },
  ]);
  const second = await reads.list({}, { size: 1, after: first.next });
  expect(second).toMatchObject({
    items: [{ id: "r1", phase: "Completed", release: "web-1", waves: [{ targets: { Succeeded: 3 } }] }],
    next: undefined,
  });
  const targets = await reads.targets("r2", undefined, { size: 2, after: undefined });
  expect(targets.items.map(({ cluster, state }) => `${cluster} ${state}`)).toEqual(["a InFlight", "b InFlight"]);
  expect((await reads.targets("r2", undefined, { size: 2, after: targets.next })).items).toMatchObject([
    { cluster: "c", state: "Waiting", previousRevision: "v1" },
  ]);
  expect((await reads.targets("r2", "Waiting", { size: 9, after: undefined })).items).toHaveLength(1);
  const steps = await reads.transitions("r1", { size: 3, after: undefined });
  expect(steps.items.map(({ event }) => event)).toEqual(["created", "started", "Dispatched"]);
  expect((await reads.transitions("r1", { size: 100, after: steps.next })).items.at(-1)).toMatchObject({
    event: "Healthy",
    from: "InFlight",
    to: "Succeeded",
  });
  await expect(reads.get("r9")).rejects.toMatchObject({ code: "ROLLOUT_NOT_FOUND" });
});
