import { expect, test } from "vitest";
import { parseFilter } from "@drover/proto/rest";
import { createExplainStore } from "../../control-plane/src/adapters/pg/history/explain-facts.ts";
import { loadRestrictionFacts } from "../../control-plane/src/adapters/pg/restriction/restriction-facts.ts";
import { createAutoPromotionReads } from "../../control-plane/src/adapters/pg/promotion/upstream-revisions.ts";
import { createRolloutReads } from "../../control-plane/src/adapters/pg/rollout/rollout-reads.ts";
import { unfiltered } from "../../control-plane/src/app/page.ts";
import { createExplain, type WhySubject } from "../../control-plane/src/app/history/explain.ts";
import { cid, type PlacementWorld, placementWorld } from "../support/placement-world.ts";

const environment = { clusterSelector: { matchLabels: { env: "production" } }, strategy: "waves" };
/** Each test has a deadline of its own; one for the whole file would pass on a busy machine. */
const { signal } = new AbortController();
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

test("why of a promotion leads from its commit to its rollouts, why of a wave to what holds it, why of a cluster to its applications", async () => {
  const world = await placementWorld(["a", "b"], {
    Environment: environment,
    Strategy: {
      waves: [
        { name: "one", count: 1 },
        { name: "nobody", clusterSelector: { matchLabels: { env: "moon" } } },
      ],
    },
  });
  const why = explain(world);
  const kinds = async (subject: WhySubject): Promise<readonly string[]> => (await why(subject, signal)).map(({ kind }) => kind);
  const promotion = { kind: "promotion", promotionId: "p1" } as const;
  await world.database.query({
    text: `insert into intents (id, kind, subject, edit, reason, actor)
           values ('p1', 'Promotion', 'production/web', '{"application":"web","environment":"production","revision":"v1"}', 'try', 'users/ada')`,
  });
  expect(await why(promotion, signal)).toMatchObject([{ kind: "AwaitingCommit", next: expect.any(String) as string }]);
  await world.database.query({
    text: `insert into work (queue, key, due_at, attempts, last_error)
           values ('write', 'head', now() + interval '8 seconds', 3, '{"code":"SOURCE_UNAVAILABLE","message":"no route"}')`,
  });
  expect(await why(promotion, signal)).toMatchObject([
    { kind: "AwaitingCommit" },
    { kind: "SourceUnavailable", parent: 0, numbers: { attempts: 3 } },
  ]);
  await world.database.query({ text: "update intents set state = 'current', commit = 'later' where id = 'p1'" });
  expect(await kinds(promotion)).toEqual(["AwaitingProjection"]);

  await world.pin("v1");
  await world.database.query({ text: "update intents set commit = (select change_id from rollouts where id = 'r1') where id = 'p1'" });
  const chain = ["EarlierWave", "AwaitingAck"];
  expect(await kinds(promotion)).toEqual(chain);
  expect(await kinds({ kind: "rollout", rolloutId: "r1", wave: "others" })).toEqual(chain);
  expect(await kinds({ kind: "application", application: "web" })).toEqual(chain);
  await world.put("Application", "db", { source: { repository: "https://git.example/db" } });
  expect(await kinds({ kind: "application", application: "db" })).toEqual(["NotPlaced"]);
  expect(await kinds({ kind: "placement", application: "db", environment: "production" })).toEqual(["NotPlaced"]);
  expect(await kinds({ kind: "cluster", clusterId: cid("a") })).toEqual(["AwaitingAck"]);
  await world.report(["a"], "Healthy");
  expect(await kinds({ kind: "rollout", rolloutId: "r1", wave: "one" })).toEqual(["WaveDone"]);
  expect(await kinds({ kind: "rollout", rolloutId: "r1", wave: "1" })).toEqual(["NoClusters"]);
  await expect(why({ kind: "rollout", rolloutId: "r1", wave: "two" }, signal)).rejects.toMatchObject({ code: "WAVE_NOT_FOUND" });
  const missing = {
    kind: "not-found",
    code: "APPLICATION_NOT_FOUND",
    message: "explain application weeb: there is none with this name; did you mean web?",
  };
  await expect(why({ kind: "application", application: "weeb" }, signal)).rejects.toMatchObject(missing);
  await expect(why({ kind: "placement", application: "weeb", environment: "production" }, signal)).rejects.toMatchObject(missing);
  await expect(why({ kind: "cluster", clusterId: cid("a"), application: "weeb" }, signal)).rejects.toMatchObject(missing);
  await expect(why({ kind: "placement", application: "web", environment: "prodction" }, signal)).rejects.toMatchObject({
    code: "ENVIRONMENT_NOT_FOUND",
    message: expect.stringContaining("did you mean production?") as string,
  });
  await expect(why({ kind: "promotion", promotionId: "p9" }, signal)).rejects.toMatchObject({ code: "PROMOTION_NOT_FOUND" });
});

test("a rollback is offered once there is something to return to that nobody refuses", async () => {
  const world = await placementWorld(["a"], { Environment: environment, Strategy: { degradedGracePeriod: "1s" } });
  const actionOf = async (rolloutId: string): Promise<string> =>
    (await explain(world)({ kind: "rollout", rolloutId }, signal))[0]?.action ?? "";
  const halt = async (rolloutId: string): Promise<void> => {
    await world.report(["a"], "Degraded");
    world.passTime(1_500);
    await world.reconcileRollout(rolloutId, signal);
  };
  await world.pin("v1");
  await halt("r1");
  expect(await actionOf("r1")).toMatch(/^promote another revision, or go on/);
  await world.pin("v2");
  await world.report(["a"], "Healthy");
  await world.pin("v3");
  await halt("r3");
  expect(await actionOf("r3")).toMatch(/^drover rollback web --environment production/);
  await world.put("Quarantine", "web", { revisions: [{ revision: "v2", reason: "it leaks" }] });
  expect(await actionOf("r3")).toMatch(/^promote another revision/);
});

test("a rollout, its targets and its steps are listed page by page", async () => {
  const world = await placementWorld(["a", "b", "c"], { Environment: environment, Strategy: { waves: [], maxConcurrency: 2 } });
  await world.pin("v1");
  await world.reportUntilDone();
  await world.pin("v2");
  const reads = createRolloutReads(world.database);
  const first = await reads.list(unfiltered({ size: 1, after: undefined }));
  expect(first.items).toMatchObject([
    { id: "r2", phase: "Running", targets: { InFlight: 2, Waiting: 1 }, holds: [{ kind: "Concurrency" }, { kind: "EarlierWave" }] },
  ]);
  const second = await reads.list(unfiltered({ size: 1, after: first.next }));
  expect(second).toMatchObject({
    items: [{ id: "r1", phase: "Completed", release: "web-1", waves: [{ targets: { Succeeded: 3 } }] }],
    next: undefined,
  });
  const targets = await reads.targets("r2", unfiltered({ size: 2, after: undefined }));
  expect(targets.items.map(({ cluster, state }) => `${cluster} ${state}`)).toEqual(["a InFlight", "b InFlight"]);
  expect((await reads.targets("r2", unfiltered({ size: 2, after: targets.next }))).items).toMatchObject([
    { cluster: "c", state: "Waiting", previousRevision: "v1" },
  ]);
  expect(
    (await reads.targets("r2", { ...unfiltered({ size: 9, after: undefined }), filter: parseFilter("state = Waiting") })).items,
  ).toHaveLength(1);
  const steps = await reads.transitions("r1", unfiltered({ size: 3, after: undefined }));
  expect(steps.items.map(({ event }) => event)).toEqual(["created", "started", "Dispatched"]);
  expect((await reads.transitions("r1", unfiltered({ size: 100, after: steps.next }))).items.at(-1)).toMatchObject({
    event: "Healthy",
    from: "InFlight",
    to: "Succeeded",
  });
  await expect(reads.get("r9")).rejects.toMatchObject({ code: "ROLLOUT_NOT_FOUND" });
});
