import { type Watched, watchList, type WatchId, type WatchInput } from "@drover/proto/rest";
import { expect, onTestFinished, test } from "vitest";
import { recordEvents } from "../../control-plane/src/adapters/pg/history/event-log.ts";
import { tellStateChanges } from "../../control-plane/src/adapters/pg/cluster/cluster-states.ts";
import { createRolloutReads } from "../../control-plane/src/adapters/pg/rollout/rollout-reads.ts";
import { startApi, type TestApi } from "../support/api.ts";
import { fleetRows, idOf } from "../support/api-fleet.ts";
import { waitUntil } from "../support/wait-until.ts";

async function startFleet(): Promise<TestApi> {
  const api = await startApi();
  await fleetRows(api.database);
  return api;
}

/** Follows a list, as lines like `Added eu-1`, until the test ends or `stop`. */
async function following<const Id extends WatchId>(
  api: TestApi,
  operation: Id,
  input: WatchInput<Id> = {} as WatchInput<Id>,
  token?: string,
) {
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const seen: Watched<Id>[] = [];
  const options = { baseUrl: api.baseUrl, token: token ?? (await api.tokenOf("viewer")) };
  let [problem, hasEnded]: [unknown, boolean] = [undefined, false];
  const done = (async () => {
    for await (const change of watchList(options, operation, input, stop.signal)) seen.push(change);
  })()
    .catch((error: unknown) => (problem = error))
    .finally(() => (hasEnded = true));
  const lines = (): string[] => seen.map(({ type, name }) => (name === undefined ? type : `${type} ${name}`));
  return {
    seen,
    lines,
    done,
    problem: () => problem,
    hasEnded: () => hasEnded,
    stop: () => stop.abort(),
    until: (line: string) => waitUntil(line, () => lines().includes(line)),
  };
}

const statusChanged = (cluster: string) => ({
  kind: "StatusChanged",
  subject: `clusters/${cluster}`,
  body: { cluster, application: "web", environment: "production" },
});

/** As a report does, of a cluster with one application. */
const setHealth = (api: TestApi, cluster: string, health: string): Promise<unknown> =>
  api.database.query({
    text: `with said as (update statuses set health = $2 where cluster_id = $1)
           update cluster_totals set healthy = ($2 = 'Healthy')::int, degraded = ($2 = 'Degraded')::int where cluster_id = $1`,
    values: [cluster, health],
  });

/** All events up to now are gone. What other databases of the server still run holds the place back where a watch begins. */
async function forgetEvents({ database }: TestApi): Promise<void> {
  await database.query({ text: "insert into settings (key, value) values ('events.removed', to_jsonb(pg_current_xact_id()::text))" });
  await waitUntil("a watch begins behind what is gone", async () => {
    const { rows } = await database.query<{ behind: boolean }>({
      text: "select pg_snapshot_xmin(pg_current_snapshot()) > (value #>> '{}')::xid8 as behind from settings where key = 'events.removed'",
    });
    return rows[0]?.behind;
  });
}

test("a watch tells what is there, that it is all, and then each change", async () => {
  const api = await startFleet();
  const watch = await following(api, "watchClusters");
  await watch.until("Synced");
  expect(watch.lines()).toEqual(["Added eu-1", "Added eu-2", "Added old-1", "Added us-1", "Synced"]);
  await setHealth(api, idOf("eu-1"), "Degraded");
  await recordEvents(api.database, [statusChanged(idOf("eu-1")), statusChanged(idOf("eu-2"))]);
  await watch.until("Modified eu-1");
  expect(watch.seen.at(-1)).toMatchObject({ type: "Modified", object: { name: "eu-1", applications: { Degraded: 1 } } });
  expect(watch.lines()).not.toContain("Modified eu-2"); // nothing of it changed
});

test("what matches no longer is Deleted, and Added when it does again", async () => {
  const api = await startFleet();
  const watch = await following(api, "watchStatuses", { query: { health: "Healthy" } });
  await watch.until("Synced");
  expect(watch.lines()).toEqual(["Added eu-1/web", "Synced"]);
  await setHealth(api, idOf("eu-1"), "Degraded");
  await recordEvents(api.database, [statusChanged(idOf("eu-1"))]);
  await watch.until("Deleted eu-1/web");
  await setHealth(api, idOf("eu-1"), "Healthy");
  await recordEvents(api.database, [statusChanged(idOf("eu-1"))]);
  await waitUntil("it is there again", () => watch.lines().length === 4);
  expect(watch.lines().at(-1)).toBe("Added eu-1/web");
});

test("a watch that was cut goes on behind its last message: nothing is lost, nothing told twice", async () => {
  const api = await startFleet();
  const first = await following(api, "watchStatuses", { query: { application: "web" } });
  await first.until("Synced");
  first.stop();
  await first.done;
  const after = first.seen.at(-1)?.cursor ?? "";
  await setHealth(api, idOf("eu-1"), "Degraded");
  await recordEvents(api.database, [statusChanged(idOf("eu-1"))]);
  await api.database.query({ text: "delete from statuses where cluster_id = $1", values: [idOf("us-1")] });
  await recordEvents(api.database, [statusChanged(idOf("us-1"))]);
  const second = await following(api, "watchStatuses", { query: { application: "web", after } });
  await waitUntil("both are told", () => second.seen.length >= 2);
  expect(second.lines()).toEqual(["Modified eu-1/web", `Deleted ${idOf("us-1")}/web`]);
  const third = await following(api, "watchStatuses", { query: { application: "web", after: second.seen[0]?.cursor ?? "" } });
  await waitUntil("the rest is told", () => third.seen.length > 0);
  expect(third.lines()).toEqual([`Deleted ${idOf("us-1")}/web`]);
});

test("a listing that was cut goes on behind its last page", async () => {
  const api = await startFleet();
  await api.database.query({
    text: `insert into clusters (id, name) select rpad(translate(n::text, '0189', 'wxyz'), 26, 'q'), 'many-' || lpad(n::text, 3, '0') from generate_series(1, 600) n`,
  });
  const whole = await following(api, "watchClusters");
  await whole.until("Synced");
  const cut = whole.seen.findIndex(({ cursor }) => cursor !== undefined);
  const resumed = await following(api, "watchClusters", { query: { after: whole.seen[cut]?.cursor ?? "" } });
  await resumed.until("Synced");
  expect([...whole.lines().slice(0, cut + 1), ...resumed.lines()]).toEqual(whole.lines());
});

test("a cursor of another watch, of other filters, or of no watch is refused", async () => {
  const api = await startFleet();
  await api.database.query({
    text: "insert into clusters (id, name) select rpad(translate(n::text, '0189', 'wxyz'), 26, 'q'), 'many-' || n from generate_series(1, 600) n",
  });
  const whole = await following(api, "watchClusters");
  await whole.until("Synced");
  const after = whole.seen.find(({ cursor }) => cursor !== undefined)?.cursor ?? "";
  for (const query of [{ after, state: "Offline" as const }, { after: `${after}x` }, { after: "nonsense" }, { after: "1-1~" }]) {
    const refused = await following(api, "watchClusters", { query });
    await refused.done;
    expect(refused.problem()).toMatchObject({ kind: "invalid" });
  }
});

test("silence is an event: a cluster that falls silent is told of, once", async () => {
  const api = await startFleet();
  await tellStateChanges(api.database);
  const connected = await following(api, "watchClusters", { query: { state: "Connected" } });
  const statuses = await following(api, "watchStatuses", { query: { health: "Unknown" } });
  await Promise.all([connected.until("Synced"), statuses.until("Synced")]);
  expect(connected.lines()).toEqual(["Added eu-1", "Synced"]);
  await api.database.query({
    text: "update cluster_reports set seen_at = now() - interval '2 minutes' where cluster_id = $1",
    values: [idOf("eu-1")],
  });
  await tellStateChanges(api.database);
  await tellStateChanges(api.database);
  await Promise.all([connected.until("Deleted eu-1"), statuses.until("Added eu-1/web")]);
  const { rows } = await api.database.query<{ body: object }>({
    text: "select body from events where kind = 'ClusterStateChanged' and subject = $1 order by id",
    values: [`clusters/${idOf("eu-1")}`],
  });
  expect(rows.map(({ body }) => body)).toEqual([
    { cluster: idOf("eu-1"), name: "eu-1", from: "Pending", to: "Connected" },
    { cluster: idOf("eu-1"), name: "eu-1", from: "Connected", to: "Stale" },
  ]);
});

test("rollouts are told of as they move", async () => {
  const api = await startApi();
  await fleetRows(api.database);
  const rollouts = createRolloutReads(api.database);
  Object.assign(api.deps.reads, { rollouts });
  await api.database.query({
    text: `insert into rollouts (id, application, environment, scope, change_id, release_id, revision, phase, strategy, actor, reason)
           values ('r1', 'web', 'production', 'Environment', 'f1', 'rel1', 'c1', 'Running', '{"waves":[]}', 'users/ada', 'try')`,
  });
  const watch = await following(api, "watchRollouts", { query: { phase: "Running" } });
  await watch.until("Synced");
  expect(watch.lines()).toEqual(["Added r1", "Synced"]);
  await api.database.query({ text: "update rollouts set phase = 'Completed', version = version + 1" });
  await recordEvents(api.database, [{ kind: "RolloutChanged", subject: "rollouts/r1", body: { id: "r1" } }]);
  await watch.until("Deleted r1");
});

test("a watch ends soon after its token is revoked", async () => {
  const api = await startFleet();
  const token = await api.tokenOf("viewer", "eve");
  const watch = await following(api, "watchClusters", {}, token);
  await watch.until("Synced");
  await api.client(await api.tokenOf("admin"))("revokeApiToken", { params: { token: token.split("_")[1] ?? "" } });
  await waitUntil("the watch ends", watch.hasEnded, 5_000);
});

test("a place whose events are no longer kept is refused by its own code, and the watch begins anew without it", async () => {
  const api = await startFleet();
  await recordEvents(api.database, [statusChanged(idOf("eu-1"))]);
  const first = await following(api, "watchClusters");
  await first.until("Synced");
  first.stop();
  const after = first.seen.at(-1)?.cursor ?? "";
  await forgetEvents(api);
  const refused = await following(api, "watchClusters", { query: { after } });
  await refused.done;
  expect(refused.problem()).toMatchObject({ code: "EVENT_CURSOR_EXPIRED" });
  const anew = await following(api, "watchClusters");
  await anew.until("Synced");
  expect(anew.lines()).toEqual(first.lines());
});

test("tokens are watched by those alone who may list them, and the record of who did what tells others nothing through its events", async () => {
  const api = await startFleet();
  const asViewer = await following(api, "watchApiTokens");
  await asViewer.done;
  expect(asViewer.problem()).toMatchObject({ kind: "forbidden" });
  const admin = await api.tokenOf("admin", "ada");
  const [tokens, audit] = [await following(api, "watchApiTokens", {}, admin), await following(api, "watchAudit", {}, admin)];
  await Promise.all([tokens.until("Synced"), audit.until("Synced")]);
  const { id } = await api.client(admin)("createApiToken", { body: { subject: "eve", role: "viewer" } });
  await tokens.until(`Added ${id}`);
  await api.client(admin)("revokeApiToken", { params: { token: id } });
  await tokens.until(`Modified ${id}`);
  await waitUntil("both are recorded", () => audit.seen.filter(({ object }) => object?.object === `tokens/${id}`).length === 2);
  const { rows } = await api.database.query({
    text: "select distinct body from events where kind in ('AuditRecorded', 'TokenCreated', 'TokenRevoked')",
  });
  expect(rows).toEqual([{ body: {} }]);
});
