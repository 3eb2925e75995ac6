import { type LabelSelector, type Labels, matchesSelector } from "@drover/kit";
import type { Cluster } from "@drover/proto/rest";
import { expect, test } from "vitest";
import { labelsMatch } from "../../control-plane/src/adapters/pg/selector-sql.ts";
import { startApi } from "../support/api.ts";
import { fleetRows, idOf } from "../support/api-fleet.ts";
import { testDatabase } from "../support/database.ts";

async function viewedFleet() {
  const api = await startApi();
  await fleetRows(api.database);
  const token = await api.tokenOf("viewer");
  return { ...api, token, viewer: api.client(token) };
}

const names = ({ items }: { items: readonly { name: string }[] }): string[] => items.map(({ name }) => name);

test("shows each cluster's state, and no health of one that is silent", async () => {
  const { viewer } = await viewedFleet();
  const { items } = await viewer("listClusters");
  const seen = items.map(({ name, state, applications }: Cluster) => [name, state, applications.Healthy, applications.Unknown]);
  expect(seen).toEqual([
    ["eu-1", "Connected", 1, 0],
    ["eu-2", "Stale", 0, 1],
    ["old-1", "Revoked", 0, 1],
    ["us-1", "Offline", 0, 1],
  ]);
  expect(items[0]).toMatchObject({ id: idOf("eu-1"), project: "default", environments: ["production"], agentVersion: "0.1.0" });
  expect(items[2]?.environments).toEqual([]);
  expect(await viewer("getCluster", { params: { cluster: idOf("us-1") } })).toMatchObject({ name: "us-1" });
});

test("counts what a cluster is assigned: unknown until it is reported, and no longer once it is withdrawn", async () => {
  const { database, viewer } = await viewedFleet();
  const seen = async () => (await viewer("getCluster", { params: { cluster: "eu-1" } })).applications;
  await database.query({
    text: `insert into assignments (cluster_id, application, environment, project, state, generation, release_id, revision, bundle, namespace, sync_policy, content_digest)
           select cluster_id, 'shop', environment, project, state, generation, release_id, revision, bundle, namespace, sync_policy, content_digest
             from assignments where cluster_id = $1`,
    values: [idOf("eu-1")],
  });
  expect(await seen()).toMatchObject({ Healthy: 1, Unknown: 1 });
  await database.query({ text: "update assignments set state = 'withdrawn' where application = 'web'" });
  expect(await seen()).toMatchObject({ Healthy: 0, Unknown: 1 });
});

test.each([
  { query: { labels: "region=eu" }, want: ["eu-1", "eu-2"] },
  { query: { labels: "region in (us,old),tier" }, want: ["old-1", "us-1"] },
  { query: { labels: "region!=eu,!gpu" }, want: ["old-1", "us-1"] },
  { query: { environment: "production" }, want: ["eu-1", "eu-2", "us-1"] },
  { query: { environment: "nowhere" }, want: [] },
  { query: { state: "Offline" as const }, want: ["us-1"] },
  { query: { project: "other" }, want: [] },
])("lists the clusters of $query", async ({ query, want }) => {
  const { viewer } = await viewedFleet();
  expect(names(await viewer("listClusters", { query }))).toEqual(want);
});

test("a page token made up of other types is refused, and nothing breaks", async () => {
  const { viewer } = await viewedFleet();
  const { nextPageToken } = await viewer("listReleases", { query: { pageSize: 1 } });
  expect(nextPageToken).toBeUndefined();
  await expect(viewer("listReleases", { query: { pageToken: Buffer.from('["x",{}]').toString("base64url") } })).rejects.toMatchObject({
    code: "PAGE_TOKEN_INVALID",
  });
});

test("pages through clusters", async () => {
  const { viewer } = await viewedFleet();
  const first = await viewer("listClusters", { query: { pageSize: 3 } });
  const second = await viewer("listClusters", { query: { pageSize: 3, pageToken: first.nextPageToken } });
  expect([names(first), names(second), second.nextPageToken]).toEqual([["eu-1", "eu-2", "old-1"], ["us-1"], undefined]);
});

test("shows a placement: pin, head, and how far its clusters are", async () => {
  const { viewer } = await viewedFleet();
  const placement = await viewer("getPlacement", { params: { environment: "production", application: "web" } });
  expect(placement).toMatchObject({
    pin: { revision: "c1", reason: "tested", clusters: {} },
    head: "c2",
    revision: "c1",
    release: { id: "rel1", name: "web-1" },
    summary: { clusters: 4, current: 4, proven: 4, drifted: 0, health: { Healthy: 1, Unknown: 3 } },
  });
  expect(await viewer("getPlacement", { params: { environment: "empty", application: "web" } })).toMatchObject({
    summary: { clusters: 0 },
  });
  for (const params of [
    { environment: "empty", application: "api" },
    { environment: "none", application: "web" },
  ])
    await expect(viewer("getPlacement", { params })).rejects.toMatchObject({ kind: "not-found" });
  expect((await viewer("listPlacements", { params: { environment: "production" } })).items).toEqual([placement]);
  expect((await viewer("listApplicationPlacements", { params: { application: "web" } })).items).toEqual([placement]);
});

test("shows environments, applications, releases, bundles and broken files", async () => {
  const { viewer } = await viewedFleet();
  expect((await viewer("listEnvironments")).items).toMatchObject([
    { name: "empty", clusters: { total: 0, connected: 0 } },
    { name: "production", clusters: { total: 3, connected: 1 }, applications: ["web"] },
  ]);
  expect(await viewer("getApplication", { params: { application: "web" } })).toMatchObject({ path: "applications/web.yaml", commit: "f1" });
  expect(await viewer("getRelease", { params: { release: "web-1" } })).toMatchObject({ id: "rel1", render: "yaml" });
  expect((await viewer("listApplicationReleases", { params: { application: "web" } })).items).toHaveLength(1);
  const { assignment } = await viewer("getClusterApplication", { params: { cluster: "eu-1", application: "web" } });
  expect(await viewer("getBundle", { params: { digest: assignment.bundle } })).toMatchObject({ objects: 2, releases: ["web-1"] });
  expect((await viewer("listFleetProblems")).items).toMatchObject([{ kind: "Strategy", problem: { code: "FLEET_FILE_YAML" } }]);
});

test("shows statuses as they may be shown", async () => {
  const { viewer } = await viewedFleet();
  const healths = async (query: { health?: "Healthy" | "Unknown"; cluster?: string }) =>
    (await viewer("listStatuses", { query })).items.map(({ cluster, health, reported }) => [cluster, health, reported.health]);
  expect(await healths({ health: "Healthy" })).toEqual([["eu-1", "Healthy", "Healthy"]]);
  expect(await healths({ cluster: "eu-2" })).toEqual([["eu-2", "Unknown", "Healthy"]]);
  expect((await viewer("listAssignments", { query: { environment: "production" } })).items).toHaveLength(4);
  expect((await viewer("listClusterApplications", { params: { cluster: "eu-1" } })).items[0]?.status).toMatchObject({
    current: true,
    revision: "c1",
  });
});

test("gives the rendered objects of a cluster as JSON or YAML, without what is in its Secrets", async () => {
  const { viewer, baseUrl, token } = await viewedFleet();
  const { items } = await viewer("getClusterBundle", { params: { cluster: "eu-1", application: "web" } });
  expect(items).toMatchObject([{ data: { on: "yes" } }, { kind: "Secret", stringData: { password: "[redacted]" } }]);
  const yaml = await fetch(`${baseUrl}/v1/clusters/eu-1/applications/web/bundle`, {
    headers: { authorization: `Bearer ${token}`, accept: "application/yaml" },
  });
  const text = await yaml.text();
  expect(yaml.headers.get("content-type")).toBe("application/yaml; charset=utf-8");
  expect(text).toContain("'on': 'yes'");
  expect(text).not.toContain("hunter2");
});

test("asking for what is not there says so", async () => {
  const { viewer } = await viewedFleet();
  await expect(viewer("getCluster", { params: { cluster: "none" } })).rejects.toMatchObject({ code: "CLUSTER_NOT_FOUND" });
  await expect(viewer("getRelease", { params: { release: "web-9" } })).rejects.toMatchObject({ code: "RELEASE_NOT_FOUND" });
  await expect(viewer("getBundle", { params: { digest: `sha256:${"0".repeat(64)}` } })).rejects.toMatchObject({ code: "BUNDLE_NOT_FOUND" });
  await expect(viewer("getPromotion", { params: { promotion: "p" } })).rejects.toMatchObject({ code: "PROMOTION_NOT_FOUND" });
  await expect(viewer("getClusterApplication", { params: { cluster: "eu-1", application: "api" } })).rejects.toMatchObject({
    code: "ASSIGNMENT_NOT_FOUND",
  });
});

test("SQL and code agree on every selector", async () => {
  const database = await testDatabase();
  const labels: readonly Labels[] = [{}, { a: "1" }, { a: "2", b: "1" }, { "drover.dev/b": "" }];
  const selectors: readonly LabelSelector[] = [
    {},
    { matchLabels: { a: "1" } },
    { matchLabels: { a: "2", b: "1" }, matchExpressions: [] },
    ...(["In", "NotIn"] as const).map((operator) => ({ matchExpressions: [{ key: "a", operator, values: ["1", "3"] }] })),
    ...(["Exists", "DoesNotExist"] as const).map((operator) => ({ matchExpressions: [{ key: "drover.dev/b", operator }] })),
    { matchExpressions: [{ key: "a", operator: "In" }] },
    { matchExpressions: [{ key: "a", operator: "NotIn" }] },
  ];
  for (const selector of selectors)
    for (const set of labels) {
      const { rows } = await database.query<{ matches: boolean }>({
        text: `select ${labelsMatch("$1::jsonb", "$2::jsonb")} as matches`,
        values: [JSON.stringify(set), JSON.stringify(selector)],
      });
      expect([selector, set, rows[0]?.matches]).toEqual([selector, set, matchesSelector(selector, set)]);
    }
});
