import { createClient, fillPath, type Input, type ListField, type OperationId, pathParams, routeTable } from "@drover/proto/rest";
import { expect, test } from "vitest";
import { startApi } from "../support/api.ts";
import { fleetRows, idOf } from "../support/api-fleet.ts";

async function viewedFleet() {
  const api = await startApi();
  await fleetRows(api.database);
  return createClient({ baseUrl: api.baseUrl, token: await api.tokenOf("admin") });
}

type ClusterQuery = NonNullable<Input<"listClusters">["query"]>;
type StatusQuery = NonNullable<Input<"listStatuses">["query"]>;

test.each<{ query: ClusterQuery; want: string[] }>([
  { query: { filter: "state = Offline" }, want: ["us-1"] },
  { query: { filter: 'state != "Revoked" AND name : "EU-"' }, want: ["eu-1", "eu-2"] },
  { query: { filter: "name = eu-2 OR (state = Connected AND NOT project = other)" }, want: ["eu-1", "eu-2"] },
  { query: { filter: "environments = production" }, want: ["eu-1", "eu-2", "us-1"] },
  { query: { filter: "environments != production" }, want: ["old-1"] },
  { query: { filter: "NOT revokedAt : * AND agentVersion = '0.1.0'" }, want: ["eu-1", "eu-2", "old-1", "us-1"] },
  { query: { filter: "lastSeenAt < 2020-01-01T00:00:00Z" }, want: [] },
  { query: { orderBy: "name desc", filter: "name : 1" }, want: ["us-1", "old-1", "eu-1"] },
  { query: { orderBy: "state, name desc" }, want: ["eu-1", "us-1", "old-1", "eu-2"] },
  { query: { orderBy: "lastSeenAt", labels: "region in (eu,us)" }, want: ["us-1", "eu-2", "eu-1"] },
])("lists clusters by $query", async ({ query, want }) => {
  const viewer = await viewedFleet();
  const { items } = await viewer("listClusters", { query });
  expect(items.map(({ name }) => name)).toEqual(want);
  const paged: string[] = [];
  let pageToken: string | undefined;
  do {
    const page = await viewer("listClusters", { query: { ...query, pageSize: 1, pageToken } });
    paged.push(...page.items.map(({ name }) => name));
    pageToken = page.nextPageToken;
  } while (pageToken !== undefined);
  expect(paged).toEqual(want);
});

test.each<{ query: StatusQuery; want: string[] }>([
  { query: { filter: "health = Unknown" }, want: ["eu-2", "old-1", "us-1"] },
  { query: { filter: "health != Unknown" }, want: ["eu-1"] },
  { query: { filter: "health != Healthy" }, want: ["eu-2", "old-1", "us-1"] },
  { query: { filter: "sync = Synced AND current = true AND environment = production" }, want: ["eu-1"] },
  { query: { filter: "clusterState = Stale OR clusterState = Offline" }, want: ["eu-2", "us-1"] },
  { query: { filter: "drifted > 0" }, want: [] },
  { query: { labels: "region=eu", orderBy: "cluster desc" }, want: ["eu-2", "eu-1"] },
  { query: { cluster: idOf("eu-1"), filter: "application = web" }, want: ["eu-1"] },
])("lists statuses by $query", async ({ query, want }) => {
  const viewer = await viewedFleet();
  const { items } = await viewer("listStatuses", { query });
  expect(items.map(({ cluster }) => cluster)).toEqual(want);
});

test.each([
  {
    query: { filter: "state = offline" },
    code: "FILTER_VALUE_INVALID",
    message: "state is one of Pending, Connected, Stale, Offline, Revoked",
  },
  { query: { filter: "state < Offline" }, code: "FILTER_VALUE_INVALID", message: 'state knows = != and : "*", not <' },
  { query: { filter: "lastSeenAt > yesterday" }, code: "FILTER_VALUE_INVALID", message: "a time like 2026-11-21T08:00:00Z" },
  {
    query: { filter: "phase = Running" },
    code: "LIST_FIELD_UNKNOWN",
    message: "no field phase; did you mean name? it knows agentVersion, ",
  },
  { query: { filter: "state =" }, code: "FILTER_INVALID", message: "character 8" },
  { query: { orderBy: "environments" }, code: "ORDER_INVALID", message: "not ordered by environments, but by name, " },
  { query: { orderBy: "name; drop table clusters" }, code: "ORDER_INVALID", message: "is not of the form" },
])("refuses $query with $code", async ({ query, code, message }) => {
  const viewer = await viewedFleet();
  const failed = viewer("listClusters", { query });
  await expect(failed).rejects.toMatchObject({ code });
  await expect(failed).rejects.toThrow(message);
});

test("a page token fits its order and filter only", async () => {
  const viewer = await viewedFleet();
  const { nextPageToken } = await viewer("listClusters", { query: { pageSize: 1, orderBy: "name desc" } });
  await expect(viewer("listClusters", { query: { pageSize: 1, pageToken: nextPageToken } })).rejects.toMatchObject({
    code: "PAGE_TOKEN_INVALID",
  });
});

const params = { cluster: "eu-1", application: "web", environment: "production", rollout: "ro1" };

/** Every list of the table, asked for nothing in particular, and for everything that it knows. */
const lists = Object.entries(routeTable).filter(
  ([id, { list, media }]) => list !== undefined && media === undefined && id !== "listEvents",
);

test.each(lists.map(([id, route]) => ({ id: id as OperationId, path: fillPath(route.path, params), fields: route.list ?? {} })))(
  "$id can be filtered and ordered by every field that it names",
  async ({ path, fields }) => {
    const { get } = await everything();
    const value = ({ type, words }: ListField): string =>
      ({ text: "web", word: words[0] ?? "", number: "1", time: "2026-11-21T08:00:00Z", boolean: "true", texts: "web" })[type];
    const all = await get(path, {});
    for (const [name, field] of Object.entries(fields)) {
      await get(path, { filter: `${name} = "${value(field)}" OR NOT ${name} != "${value(field)}"` });
      const there = await get(path, { filter: `${name} : *` });
      const absent = await get(path, { filter: `NOT ${name} : *` });
      expect([name, there.items.length + absent.items.length]).toEqual([name, all.items.length]);
    }
    for (const name of Object.keys(fields).filter((one) => fields[one]?.sortable === true))
      for (const direction of ["asc", "desc"])
        expect([name, await paged(get, path, `${name} ${direction}`)]).toEqual([name, all.items.length]);
  },
);

const escaped = (path: string): string => path.replaceAll(/[{}]/g, "\\$&");

/** Lists whose items have a get of their own. */
const shown = lists.flatMap(([id, { path }]) => {
  const one = Object.values(routeTable).find(
    (route) => route.method === "GET" && new RegExp(`^${escaped(path)}/\\{\\w+\\}$`).test(route.path),
  );
  return one === undefined ? [] : [{ id, path: fillPath(path, params), key: pathParams(one.path).at(-1) ?? "" }];
});

test.each(shown)("what $id shows can be got one by one, and what it does not show is not found", async ({ path, key }) => {
  const { get, statusOf } = await everything();
  const { items } = await get(path, {});
  for (const item of items as readonly Readonly<Record<string, string>>[])
    expect(await get(`${path}/${encodeURIComponent(item["id"] ?? item["name"] ?? item[key] ?? "")}`, {})).toMatchObject(item); // which may say more
  expect(await statusOf(`${path}/nothing`)).toBe(404);
});

test("drift of the whole fleet says whose it is, and can be narrowed to places and to what has not ended", async () => {
  const { get } = await everything();
  expect((await get("/v1/drift", {})).items[0]).toMatchObject({ cluster: "eu-1", environment: "production", application: "web" });
  const counts: number[] = [];
  const queries: readonly Readonly<Record<string, string>>[] = [
    { open: "true" },
    { open: "false" },
    { cluster: "us-1" },
    { labels: "region=eu" },
    { environment: "empty" },
  ];
  for (const query of queries) counts.push((await get("/v1/drift", query)).items.length);
  expect(counts).toEqual([3, 0, 0, 3, 0]);
});

async function paged(get: Get, path: string, orderBy: string): Promise<number> {
  const seen = new Set<string>();
  let pageToken: string | undefined;
  do {
    const page = await get(path, { orderBy, pageSize: "1", ...(pageToken === undefined ? {} : { pageToken }) });
    for (const item of page.items) seen.add(JSON.stringify(item));
    pageToken = page.nextPageToken;
  } while (pageToken !== undefined);
  return seen.size;
}

interface SomePage {
  readonly items: readonly unknown[];
  readonly nextPageToken?: string;
}
type Get = (path: string, query: Readonly<Record<string, string>>) => Promise<SomePage>;

/** A fleet in which most lists have something to show. */
async function everything(): Promise<{ readonly get: Get; readonly statusOf: (path: string) => Promise<number> }> {
  const api = await startApi((deps) => deps);
  await fleetRows(api.database);
  const run = (text: string) => api.database.query({ text });
  await run(`insert into rollouts (id, application, environment, scope, change_id, release_id, revision, phase, strategy, actor, reason, created_at)
             select 'ro' || n, 'web', 'production', 'Environment', 'f1', 'rel1', 'c1', case n when 1 then 'Running' else 'Completed' end,
                    '{"waves":[{"name":"all","gates":{"before":[{"name":"ok","check":{"kind":"Approval"}}],"after":[]}}]}', 'ada', 'go', now() - n * interval '1 s'
               from generate_series(1, 3) n`);
  await run("insert into rollout_targets (rollout_id, cluster_id, state, wave) select 'ro1', id, 'waiting', 0 from clusters");
  await run(`insert into rollout_transitions (rollout_id, step, cluster_id, event, from_state, to_state, actor)
             select 'ro1', n, case n when 1 then '' else (select id from clusters where name = 'eu-1') end, 'started', 'waiting', 'inFlight', 'drover'
               from generate_series(1, 3) n`);
  await run("insert into gate_runs (id, rollout_id, wave, side, gate) values ('g1', 'ro1', 0, 'before', 'ok')");
  await run(`insert into intents (id, kind, subject, edit, reason, actor, created_at)
             select 'i' || n, 'Promotion', 's', '{"kind":"set-pin","application":"web","environment":"production","revision":"c1"}', 'r', 'ada', now()
               from generate_series(1, 3) n`);
  await run(`insert into drift_episodes (cluster_id, application, api_group, kind, namespace, name, started_at, change, fields, action)
             select (select id from clusters where name = 'eu-1'), 'web', 'apps', 'Deployment', case n when 1 then '' else 'shop' end, 'web' || n, now(), 'Edited',
                    '[".spec.replicas"]', 'Healed' from generate_series(1, 3) n`);
  await run(`insert into break_glass (id, environment, application, actor, reason, begun_at, expires_at)
             select 'b' || n, 'production', case n when 1 then 'web' end, 'ada', 'r', now(), now() + n * interval '1 h' from generate_series(1, 3) n`);
  await run(`insert into deliveries (id, notification, receiver, cause, event, severity, state, message)
             select 'd' || n, 'ops', 'Webhook', 'cause' || n, 'RolloutHalted', 'Critical', 'Delivered',
                    '{"title":"web is halted","text":"1 failed","subject":"rollouts/ro1"}' from generate_series(1, 3) n`);
  await run(`insert into quarantines (id, application, environment, kind, revision, rollout_id, returns_to, reason)
             select 'q' || n, 'web', 'production', 'Content', 'c' || n, 'ro1', 'c0', 'r' from generate_series(1, 3) n`);
  await run(`insert into fleet_objects (kind, name, path, blob, form, commit)
             values ('ApplicationRemoval', 'production/web', 'removals/a', 'b', '{"deletionPolicy":"Delete"}', 'f1'),
                    ('ClusterRemoval', 'eu-2', 'removals/c', 'b', '{"deletionPolicy":"Orphan","reason":"old"}', 'f1')`);
  await run("update statuses set held_hash = 'sha256:' || repeat('a', 64), held_objects = 2");
  await run(`insert into assignment_history (cluster_id, application, at, environment, generation, state, release_id, revision, bundle, content_digest)
             select cluster_id, application, now(), environment, generation, state, release_id, revision, bundle, content_digest from assignments`);
  await run("update settings set value = to_jsonb(now() - interval '1 day') where key = 'history.begins'");
  const authorization = `Bearer ${await api.tokenOf("admin")}`;
  const request = (path: string, query = "") => fetch(`${api.baseUrl}${path}${query}`, { headers: { authorization } });
  return {
    statusOf: async (path) => (await request(path)).status,
    get: async (path, query) => {
      const response = await request(path, `?${new URLSearchParams(query).toString()}`);
      const answer = (await response.json()) as SomePage;
      expect({ status: response.status, query, answer }).toMatchObject({ status: 200 });
      return answer;
    },
  };
}
