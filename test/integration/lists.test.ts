import { createClient, type Input } from "@drover/proto/rest";
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
