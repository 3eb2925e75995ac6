import { setTimeout as sleep } from "node:timers/promises";
import { instant, rfc3339 } from "@drover/kit";
import { expect, test } from "vitest";
import { parseFilter } from "@drover/proto/rest";
import { unfiltered } from "../../control-plane/src/app/page.ts";
import { createHistoryStore } from "../../control-plane/src/adapters/pg/history/history-reads.ts";
import { removeOldHistory } from "../../control-plane/src/adapters/pg/history/history-retention.ts";
import { createPeerStore } from "../../control-plane/src/adapters/pg/placement/place-peers.ts";
import { createRolloutReads } from "../../control-plane/src/adapters/pg/rollout/rollout-reads.ts";
import { createHistory } from "../../control-plane/src/app/history/history.ts";
import { createOutliers } from "../../control-plane/src/app/history/outliers.ts";
import { cid, type PlacementWorld, placementWorld } from "../support/placement-world.ts";

const all = {
  Environment: { clusterSelector: { matchLabels: { env: "production" } }, strategy: "waves" },
  Strategy: { waves: [], maxConcurrency: 9 },
};
const firstPage = unfiltered({ size: 100, after: undefined });
const historyOf = (world: PlacementWorld) =>
  createHistory({ store: createHistoryStore(world.database), clock: { now: () => world.now() } });

/** `a v1 proven` for each cluster, as it was then. */
async function ranAt(world: PlacementWorld, at: string | undefined, filter?: string): Promise<readonly string[]> {
  const { items } = await historyOf(world)({ at }, { ...firstPage, filter: filter === undefined ? undefined : parseFilter(filter) });
  return items.map(
    ({ cluster, revision, state, proven }) => `${cluster} ${revision}${state === "Active" ? "" : ` ${state}`}${proven ? " proven" : ""}`,
  );
}

/** A time that lies between what has happened and what will. Recorded times are whole milliseconds. */
async function moment(): Promise<string> {
  await sleep(3);
  const at = rfc3339(instant(Date.now()));
  await sleep(3);
  return at;
}

test("what ran where is known for every time, and whether it was proven by then", async () => {
  const world = await placementWorld(["a", "b"], all);
  const before = await moment();
  await world.pin("v1");
  const given = await moment();
  await world.report(["a"], "Healthy");
  const half = await moment();
  await world.report(["b"], "Healthy");
  await world.pin("v2");
  const second = await moment();
  await world.reportUntilDone();
  expect(await ranAt(world, before)).toEqual([]);
  expect(await ranAt(world, given)).toEqual(["a v1", "b v1"]);
  expect(await ranAt(world, half)).toEqual(["a v1 proven", "b v1"]);
  expect(await ranAt(world, second)).toEqual(["a v2", "b v2"]);
  expect(await ranAt(world, undefined)).toEqual(["a v2 proven", "b v2 proven"]);
});

test("a time is that of its record: asking for `since` shows the record, a millisecond earlier the one before", async () => {
  const world = await placementWorld(["a"], all);
  await world.pin("v1");
  await world.reportUntilDone();
  await moment();
  await world.pin("v2");
  const { items } = await historyOf(world)({}, firstPage);
  const since = items[0]?.since ?? "";
  expect(await ranAt(world, since)).toEqual(["a v2"]);
  expect(await ranAt(world, rfc3339(instant(Date.parse(since) - 1)))).toEqual(["a v1 proven"]);
});

test("leaving, coming back, an exception and a newer name of the same content are all recorded", async () => {
  const world = await placementWorld(["a", "b"], all);
  await world.pin("v1");
  await world.reportUntilDone();
  await world.pin("v1+docs");
  const renamed = await moment();
  await world.pin("v1+docs", { b: "v3" });
  await world.reportUntilDone();
  const excepted = await moment();
  await world.put("Cluster", "a", { id: cid("a"), labels: { env: "staging" } });
  await world.settle();
  const left = await moment();
  await world.put("Cluster", "a", { id: cid("a"), labels: { env: "production" } });
  await world.settle();
  expect(await ranAt(world, renamed)).toEqual(["a v1+docs proven", "b v1+docs proven"]);
  expect(await ranAt(world, excepted)).toEqual(["a v1+docs proven", "b v3 proven"]);
  expect(await ranAt(world, left)).toEqual(["a v1+docs Withdrawn proven", "b v3 proven"]);
  expect(await ranAt(world, undefined)).toEqual(["a v1+docs", "b v3 proven"]);
});

test("pages of one answer speak of one time, and filters narrow it", async () => {
  const world = await placementWorld(["a", "b", "c"], all);
  await world.pin("v1");
  await world.reportUntilDone();
  await moment();
  const first = await historyOf(world)({}, unfiltered({ size: 2, after: undefined }));
  await world.pin("v2");
  const second = await historyOf(world)({}, unfiltered({ size: 2, after: first.next }));
  expect(first.items.map(({ cluster }) => cluster)).toEqual(["a", "b"]);
  expect(second).toMatchObject({ at: first.at, items: [{ cluster: "c", revision: "v1" }], next: undefined });
  expect(await ranAt(world, undefined, `clusterId = ${cid("b")}`)).toEqual(["b v2"]);
  expect(await ranAt(world, undefined, "environment = staging")).toEqual([]);
  expect(await ranAt(world, undefined, "application = web AND environment = production")).toHaveLength(3);
});

test("a time that is none, has not come, or lies before the first record is answered clearly", async () => {
  const world = await placementWorld(["a"], all);
  const history = historyOf(world);
  await expect(history({ at: "yesterday" }, firstPage)).rejects.toMatchObject({ code: "HISTORY_TIME_INVALID" });
  await expect(history({ at: rfc3339(instant(Date.now() + 60_000)) }, firstPage)).rejects.toMatchObject({ code: "HISTORY_TIME_INVALID" });
  await expect(history({ at: "2001-01-01T00:00:00Z" }, firstPage)).rejects.toThrow(/records begin at/);
});

test("old records go, but never the newest of a cluster nor the one that was in force when the kept time begins", async () => {
  const world = await placementWorld(["a", "b"], all);
  const { database } = world;
  await world.pin("v1");
  await world.reportUntilDone();
  const days = (ages: readonly number[], name: string) =>
    database.query({
      text: `insert into assignment_history
             select cluster_id, application, now() - age * interval '1 day', environment, generation, state, release_id, 'old-' || age, bundle,
                    content_digest, rollout_id, proven_at
               from assignment_history, unnest($2::int[]) as age where cluster_id = $1`,
      values: [cid(name), ages],
    });
  await days([500, 450, 420, 300, 200], "a");
  await days([500, 450], "b");
  for (let turn = 0; turn < 3; turn += 1) await removeOldHistory(database, { keepMs: 400 * 86_400_000, keepRows: 3, clusters: 1 });
  const { rows } = await database.query<{ line: string }>({
    text: `select c.name || ' ' || h.revision as line from assignment_history h join clusters c on c.id = h.cluster_id order by c.name, h.at`,
  });
  expect(rows.map(({ line }) => line)).toEqual(["a old-420", "a old-300", "a old-200", "a v1", "b old-500", "b old-450", "b v1"]);
});

test("outliers: what differs from most clusters, and why", async () => {
  const world = await placementWorld(["a", "b", "c", "d", "e", "f"], {
    ...all,
    Application: { source: { repository: "https://git.example/web" }, render: { kind: "yaml", substitute: true }, values: { replicas: 1 } },
    Strategy: { waves: [{ name: "all", clusterSelector: {}, maxConcurrency: 4 }], maxFailures: 1, degradedGracePeriod: "1s" },
  });
  await world.put("Cluster", "e", { id: cid("e"), labels: { env: "production" }, values: { replicas: 3 } });
  await world.pin("v1");
  await world.reportUntilDone();
  await world.pin("v2", { d: "v1" });
  await world.report(["a", "b", "c"], "Healthy");
  const outliers = await createOutliers({ store: createPeerStore(world.database), clock: { now: () => world.now() } })(
    { application: "web", environment: "production" },
    firstPage,
  );
  expect(outliers.clusters).toBe(6);
  expect(outliers.groups.map(({ revision, clusters, majority }) => `${revision} ${clusters} ${majority}`)[0]).toBe("v2 3 true");
  const because = Object.fromEntries(
    outliers.items.map(({ cluster, revision, because: why }) => [`${cluster} ${revision}`, why.map(({ kind }) => kind)]),
  );
  expect(because).toEqual({ "d v1": ["ExceptionPin"], "e v1": ["AwaitingAck", "OwnValues"], "f v1": ["AwaitingAck"] });
  await world.report(["e", "f"], "Healthy");
  const later = await createOutliers({ store: createPeerStore(world.database), clock: { now: () => world.now() } })(
    { application: "web", environment: "production" },
    firstPage,
  );
  expect(later.items.map(({ cluster, because: why }) => `${cluster} ${why[0]?.kind}`)).toEqual(["d ExceptionPin", "e OwnValues"]);
});

test("a rollout's timeline has its steps, what its clusters did and what people ordered, in order", async () => {
  const world = await placementWorld(["a", "b"], all);
  const caller = { actor: "users/ada", role: "operator", requestId: "q1", traceparent: undefined } as const;
  await world.pin("v1");
  await world.commands.pauseRollout(caller, "r1", { reason: "lunch" });
  await world.commands.pauseRollout(caller, "r1", { reason: "still lunch" });
  await world.commands.resumeRollout(caller, "r1", { reason: "back" });
  await world.work();
  await world.database.query({
    text: `insert into audit (actor, action, object, result, request_id, details)
           values ('users/bob', 'fleet.stop', 'fleet', 'allowed', 'q2', '{"reason":"smoke"}'),
                  ('users/bob', 'break-glass.begin', 'break-glass/b1', 'allowed', 'q3', '{"environment":"staging","reason":"elsewhere"}'),
                  ('users/bob', 'break-glass.begin', 'break-glass/b2', 'allowed', 'q4', '{"environment":"production","reason":"urgent"}')`,
  });
  await world.reportUntilDone();
  const reads = createRolloutReads(world.database);
  const first = await reads.timeline("r1", unfiltered({ size: 4, after: undefined }));
  const rest = await reads.timeline("r1", unfiltered({ size: 100, after: first.next }));
  const lines = [...first.items, ...rest.items].map(
    ({ kind, event, actor, clusters, message }) =>
      `${kind} ${event} ${actor}${clusters ? ` [${clusters.names.join(",")}]` : ""}: ${message}`,
  );
  expect(lines).toEqual([
    "Rollout created git/ada: the rollout was created",
    "Rollout started drover: it began",
    "Clusters Dispatched drover [a,b]: 2 clusters: given the release",
    "Rollout paused users/ada: it was paused: lunch",
    "Order rollout.pause users/ada: rollout.pause: still lunch",
    "Rollout resumed users/ada: it was resumed: back",
    "Restriction fleet.stop users/bob: the whole fleet was stopped: smoke",
    "Restriction break-glass.begin users/bob: freezes and windows were set aside: urgent",
    "Clusters Healthy drover [a,b]: 2 clusters: reported it Synced and Healthy",
    "Rollout completed drover: every cluster that counts succeeded",
  ]);
  await expect(reads.timeline("r9", firstPage)).rejects.toMatchObject({ code: "ROLLOUT_NOT_FOUND" });
});
