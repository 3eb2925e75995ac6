import { expect, test } from "vitest";
import { askPlacesOf } from "../../control-plane/src/adapters/pg/cluster/cluster-places.ts";
import { createWorkQueue } from "../../control-plane/src/adapters/pg/work-queue.ts";
import { cid, placementWorld } from "../support/placement-world.ts";

const everywhere = { clusterSelector: { matchLabels: { env: "production" } }, strategy: "waves" };
const substituted = { kind: "yaml", substitute: true } as const;
const atOnce = { waves: [], maxConcurrency: "100%" };

test("a value changed for one cluster gives a new bundle there alone, through a rollout", async () => {
  const world = await placementWorld(["a", "b", "c"], {
    Application: { source: { repository: "https://git.example/web" }, render: substituted, values: { replicas: 1 } },
    Environment: everywhere,
    Strategy: atOnce,
  });
  await world.pin("v1");
  await world.reportUntilDone();
  await world.put("Cluster", "b", { id: cid("b"), labels: { env: "production" }, values: { replicas: 3 } });
  await world.settle();
  expect(await world.states()).toEqual({ a: "unchanged", b: "inFlight", c: "unchanged" });
  await world.reportUntilDone();
  expect((await world.rollouts()).at(-1)).toBe("r2 Environment v1 Completed");
  expect(await world.assignments()).toEqual({ a: "v1 generation 1", b: "v1 generation 2", c: "v1 generation 1" });
  const { rows } = await world.database.query({ text: "select count(distinct bundle) as bundles from assignments" });
  expect(rows).toEqual([{ bundles: 2 }]);
});

test("clusters with equal inputs share one render", async () => {
  const world = await placementWorld(["a", "b", "c"], { Environment: everywhere, Strategy: atOnce });
  await world.pin("v1");
  expect(world.renders).toHaveLength(1);
});

test("a commit that changes no object reaches no cluster, and still counts as completed", async () => {
  const world = await placementWorld(["a", "b"], { Environment: everywhere, Strategy: atOnce });
  await world.pin("v2");
  await world.reportUntilDone();
  await world.pin("v2+docs");
  expect(await world.rollouts()).toEqual(["r1 Environment v2 Completed", "r2 Environment v2+docs Completed"]);
  expect(await world.assignments()).toEqual({ a: "v2+docs generation 1", b: "v2+docs generation 1" });
});

test("an exception is a rollout over its cluster alone, and removing it brings the cluster back", async () => {
  const world = await placementWorld(["a", "b"], { Environment: everywhere, Strategy: atOnce });
  await world.pin("v1");
  await world.reportUntilDone();
  await world.pin("v1", { b: "v2" });
  expect(await world.states()).toEqual({ b: "inFlight" });
  await world.reportUntilDone();
  expect(await world.assignments()).toEqual({ a: "v1 generation 1", b: "v2 generation 2" });
  await world.pin("v1");
  await world.reportUntilDone();
  expect(await world.rollouts()).toEqual(["r1 Environment v1 Completed", "r2 Clusters v2 Completed", "r3 Clusters v1 Completed"]);
  expect(await world.assignments()).toEqual({ a: "v1 generation 1", b: "v1 generation 3" });
});

test("an exception during the environment's rollout takes its cluster out of it, and the rollout goes on", async () => {
  const world = await placementWorld(["a", "b"], { Environment: everywhere, Strategy: { waves: [], maxConcurrency: 1 } });
  await world.pin("v1");
  await world.pin("v1", { b: "v2" });
  expect(await world.states("r1")).toEqual({ a: "inFlight", b: "left" });
  await world.report(["a", "b"], "Healthy");
  expect(await world.rollouts()).toEqual(["r1 Environment v1 Completed", "r2 Clusters v2 Completed"]);
});

test("a cluster that joins a settled environment gets its release at once, without a rollout", async () => {
  const world = await placementWorld(["a"], { Environment: everywhere, Strategy: atOnce });
  await world.pin("v1");
  await world.reportUntilDone();
  await world.addCluster("b");
  await world.settle();
  expect(await world.rollouts()).toHaveLength(1);
  expect(await world.assignments()).toEqual({ a: "v1 generation 1", b: "v1 generation 1" });
});

test("a cluster that joins during a rollout gets the last completed release first, and the new one in its wave", async () => {
  const world = await placementWorld(["a", "b"], { Environment: everywhere, Strategy: { waves: [], maxConcurrency: 1 } });
  await world.pin("v1");
  await world.reportUntilDone();
  await world.pin("v2");
  await world.addCluster("c");
  await world.settle();
  expect(await world.states("r2")).toEqual({ a: "inFlight", b: "waiting", c: "waiting" });
  expect(await world.assignments()).toMatchObject({ a: "v2 generation 2", c: "v1 generation 1" });
  await world.reportUntilDone();
  expect(await world.assignments()).toEqual({ a: "v2 generation 2", b: "v2 generation 2", c: "v2 generation 2" });
});

test("a cluster that joins gets no release that is quarantined meanwhile, and the new one in its wave", async () => {
  const world = await placementWorld(["a", "b"], { Environment: everywhere, Strategy: { waves: [], maxConcurrency: 1 } });
  await world.pin("v1");
  await world.reportUntilDone();
  await world.put("Quarantine", "web", { revisions: [{ revision: "v1", reason: "it leaks" }] });
  await world.pin("v2");
  await world.addCluster("c");
  await world.settle();
  expect(await world.assignments()).toEqual({ a: "v2 generation 2", b: "v1 generation 1" });
  await world.reportUntilDone();
  expect(await world.assignments()).toEqual({ a: "v2 generation 2", b: "v2 generation 2", c: "v2 generation 1" });
});

test("a cluster that enrols has its places looked at, and no others", async () => {
  const world = await placementWorld(["a"], { Environment: everywhere, Strategy: atOnce });
  await world.pin("v1");
  await world.put("Environment", "elsewhere", { clusterSelector: { matchLabels: { env: "elsewhere" } } });
  await world.reconcilePlacement("web elsewhere", AbortSignal.timeout(5_000));
  await world.work();
  await askPlacesOf(world.database, cid("a"));
  const claims = await createWorkQueue(world.database).claim("placement", 10, 1_000);
  expect(claims.map(({ key }) => key)).toEqual(["web production"]);
});

test("a cluster that leaves is withdrawn and keeps its generation; coming back is a newer one", async () => {
  const world = await placementWorld(["a", "b"], { Environment: everywhere, Strategy: atOnce });
  await world.pin("v1");
  await world.reportUntilDone();
  await world.put("Cluster", "b", { id: cid("b"), labels: {} });
  await world.settle();
  expect(await world.assignments()).toEqual({ a: "v1 generation 1", b: "v1 generation 1 withdrawn" });
  await world.put("Cluster", "b", { id: cid("b"), labels: { env: "production" } });
  await world.settle();
  expect(await world.assignments()).toEqual({ a: "v1 generation 1", b: "v1 generation 2" });
  expect(await world.rollouts()).toHaveLength(1);
});

test("a render of zero objects where there were some is held, and nothing moves", async () => {
  const world = await placementWorld(["a"], { Environment: everywhere, Strategy: atOnce });
  await world.pin("v1");
  await world.reportUntilDone();
  world.emptyRevisions.add("v2");
  await world.pin("v2");
  expect(await world.problem()).toBe("EMPTY_RENDER");
  expect(await world.rollouts()).toHaveLength(1);
  await world.pin("v1");
  expect(await world.problem()).toBeUndefined();
});

test.each([
  ["a revision that does not exist", "missing", "REVISION_NOT_FOUND"],
  ["a render that fails", "broken", "MANIFEST_YAML"],
  ["a quarantined revision", "quarantined", "REVISION_QUARANTINED"],
])("%s is held with its reason, and nothing moves", async (_name, revision, code) => {
  const world = await placementWorld(["a"], { Environment: everywhere, Strategy: atOnce });
  world.brokenRevisions.add("broken");
  await world.put("Quarantine", "web", { revisions: [{ revision: "quarantined", reason: "crashes" }] });
  await world.pin(revision);
  expect(await world.problem()).toBe(code);
  expect(await world.rollouts()).toEqual([]);
});

test("objects that the project does not allow are held, until it allows them", async () => {
  const source = { repository: "https://git.example/web" };
  const world = await placementWorld(["a"], { Environment: everywhere, Strategy: atOnce, Application: { project: "shop", source } });
  await world.put("Project", "shop", { namespaces: ["default"], kinds: ["ConfigMap"] });
  world.manifests.set("v1", [{ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", namespace: "kube-system" } }]);
  await world.pin("v1");
  expect(await world.problem()).toBe("PROJECT_FORBIDS_NAMESPACE");
  expect(await world.rollouts()).toEqual([]);
  await world.put("Project", "shop", { namespaces: ["default", "kube-*"], kinds: ["apps/*"] });
  await world.settle();
  expect(await world.problem()).toBe("PROJECT_FORBIDS_KIND");
  await world.put("Project", "shop", { namespaces: ["default", "kube-*"], kinds: ["ConfigMap"] });
  await world.settle();
  expect(await world.problem()).toBeUndefined();
  expect(await world.rollouts()).toHaveLength(1);
});

test("a missing value of one cluster holds them all", async () => {
  const world = await placementWorld(["a", "b"], {
    Application: { source: { repository: "https://git.example/web" }, render: substituted, values: { host: null } },
    Environment: everywhere,
    Strategy: atOnce,
  });
  await world.put("Cluster", "a", { id: cid("a"), labels: { env: "production" }, values: { host: "a.example" } });
  await world.pin("v1");
  expect(await world.problem()).toBe("VALUE_MISSING");
});

test("a cluster that two environments want is held in both, until only one does", async () => {
  const world = await placementWorld(["a", "b"], { Environment: everywhere, Strategy: atOnce });
  await world.pin("v1");
  await world.reportUntilDone();
  await world.put("Environment", "special", { clusterSelector: { matchLabels: { special: "yes" } } });
  await world.put("Pin", "special/web", { revision: "v2" });
  await world.put("Cluster", "b", { id: cid("b"), labels: { env: "production", special: "yes" } });
  await world.settle();
  expect(await world.assignments()).toEqual({ a: "v1 generation 1", b: "v1 generation 1" });
  const { rows } = await world.database.query<{ line: string }>({
    text: "select environment || ' ' || (h ->> 'cluster') || ' ' || (h -> 'problem' ->> 'code') as line from placements, jsonb_array_elements(holds) h order by 1",
  });
  expect(rows.map(({ line }) => line)).toEqual(["production b AMBIGUOUS_ENVIRONMENT", "special b AMBIGUOUS_ENVIRONMENT"]);
  await world.put("Cluster", "b", { id: cid("b"), labels: { special: "yes" } });
  await world.settle();
  expect(await world.assignments()).toMatchObject({ b: "v2 generation 2" });
});

test("an environment that tracks a branch follows it by itself; a pin holds it", async () => {
  const world = await placementWorld(["a"], { Environment: { ...everywhere, track: "head" }, Strategy: atOnce });
  await world.settle();
  expect(await world.problem()).toBe("SOURCE_NOT_FETCHED");
  const head = (commit: string) =>
    world.database.query({
      text: "insert into sources (repository, ref, commit) values ('https://git.example/web', 'main', $1) on conflict (repository, ref) do update set commit = $1",
      values: [commit],
    });
  await head("v1");
  await world.settle();
  await world.reportUntilDone();
  await world.pin("v0");
  await world.reportUntilDone();
  await head("v2");
  await world.settle();
  expect(await world.rollouts()).toEqual(["r1 Environment v1 Completed", "r2 Environment v0 Completed"]);
  const { rows } = await world.database.query({ text: "select change_id, actor, reason from rollouts order by id" });
  expect(rows).toEqual([
    { change_id: "v1", actor: "git/grace", reason: "work on v1" },
    { change_id: expect.stringMatching(/^fleet/) as string, actor: "git/ada", reason: "change Pin production/web" },
  ]);
});
