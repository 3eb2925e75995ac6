import { expect, test } from "vitest";
import { createCompletedRevisions } from "../../control-plane/src/adapters/pg/rollout/completed-revisions.ts";
import { createFleetStore } from "../../control-plane/src/adapters/pg/fleet/fleet-store.ts";
import { createPlacementStore } from "../../control-plane/src/adapters/pg/placement/placements.ts";
import { createPreviewStore } from "../../control-plane/src/adapters/pg/rollout/preview-store.ts";
import { createQuarantines } from "../../control-plane/src/adapters/pg/rollback/quarantines.ts";
import { createPreview } from "../../control-plane/src/app/rollout/preview-rollout.ts";
import type { Release, ReleaseId } from "../../control-plane/src/domain/release/release.ts";
import { instant, type JsonObject } from "@drover/kit";
import type { RolloutPreview } from "@drover/proto/rest";
import { cid, type PlacementWorld, placementWorld } from "../support/placement-world.ts";

const inWaves = {
  Environment: { clusterSelector: { matchLabels: { env: "production" } }, strategy: "waves" },
  Application: {
    source: { repository: "https://git.example/web" },
    render: { kind: "yaml" as const, substitute: true },
    values: { replicas: 1 },
  },
};
const waves = [
  { name: "canary", clusterSelector: { matchLabels: { env: "production" } }, count: 1 },
  {
    name: "eu",
    clusterSelector: { matchLabels: { region: "eu" } },
    maxConcurrency: 9,
    soakTime: "1h",
    gates: { after: [{ name: "ok", type: "Approval" as const }] },
  },
  { name: "moon", clusterSelector: { matchLabels: { region: "moon" } } },
];
/** Each test has a deadline of its own; one for the whole file would pass on a busy machine. */
const { signal } = new AbortController();

/** As of the world, except that a revision which nobody asked for becomes no row. */
const preview = (world: PlacementWorld, revision?: string): Promise<RolloutPreview> =>
  createPreview({
    fleet: createFleetStore(world.database),
    placements: createPlacementStore(world.database),
    quarantines: createQuarantines(world.database),
    store: createPreviewStore(world.database),
    completed: createCompletedRevisions(world.database),
    newReleases: () => ({
      ...world.releases,
      ensure: async (application, spec, wanted): Promise<Release> => ({
        id: `${application}@${wanted}` as ReleaseId,
        application,
        number: 0,
        revision: wanted,
        spec,
        author: "",
        message: "",
        committedAt: instant(0),
      }),
    }),
    clock: { now: () => world.now() },
  })({ application: "web", environment: "production", ...(revision === undefined ? {} : { revision }) }, signal);

const effects = ({ clusters }: RolloutPreview): readonly string[] =>
  clusters.map(({ cluster, effect, wave, because }) =>
    [cluster, effect, wave, because?.kind].filter((part) => part !== undefined).join(" "),
  );

/** Every table but the renders' cache, row by row. */
async function everything({ database }: PlacementWorld): Promise<string> {
  const { rows: tables } = await database.query<{ name: string }>({
    text: `select table_name as name from information_schema.tables
            where table_schema = 'public' and table_type = 'BASE TABLE' and table_name not in ('renders', 'bundles') order by 1`,
  });
  const contents = [];
  for (const { name } of tables)
    contents.push(
      await database.query({ text: `select '${name}' as t, md5(string_agg(x::text, '|' order by x::text)) as h from ${name} x` }),
    );
  return JSON.stringify(contents.map(({ rows }) => rows));
}

const deployment = (replicas: number, image: string): JsonObject => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web", namespace: "shop" },
  spec: { replicas, image },
});

test("a preview changes nothing, and every cluster is then dispatched in the wave that it named", async () => {
  const world = await placementWorld([], { ...inWaves, Strategy: { waves } });
  for (const [name, region] of Object.entries({ a: "us", b: "eu", c: "eu", d: "us", e: "us" }))
    await world.addCluster(name, { labels: { env: "production", region } });
  world.manifests.set("v1", [
    deployment(1, "web:1"),
    { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "old", namespace: "shop" } },
  ]);
  world.manifests.set("v2", [deployment(1, "web:2"), { apiVersion: "v1", kind: "Secret", metadata: { name: "new", namespace: "shop" } }]);
  await world.pin("v1");
  while (!(await world.rollouts()).includes("r1 Environment v1 Completed")) await goOn(world, "r1");

  const before = await everything(world);
  const plan = await preview(world, "v2");
  expect(await everything(world)).toBe(before);
  expect(effects(plan)).toEqual([
    "a Dispatch 0",
    "b Wait 1 EarlierWave",
    "c Wait 1 EarlierWave",
    "d Wait 3 EarlierWave",
    "e Wait 3 EarlierWave",
  ]);
  expect(plan.changes).toMatchObject([
    {
      clusters: 5,
      from: { revision: "v1" },
      to: { revision: "v2" },
      changed: { count: 1, names: ["Deployment shop/web"] },
      added: { names: ["Secret shop/new"] },
      removed: { names: ["ConfigMap shop/old"] },
      message: "5 clusters: Secret shop/new added, Deployment shop/web changed, ConfigMap shop/old removed",
    },
  ]);
  expect(plan.rollouts).toMatchObject([
    {
      scope: "Environment",
      waves: [
        { name: "canary", clusters: 1 },
        { name: "eu", clusters: 2, maxConcurrency: 9, soakSeconds: 3600, gates: [{ when: "After", name: "ok", type: "Approval" }] },
        { name: "moon", clusters: 0 },
        { name: "others", clusters: 2 },
      ],
      holds: [{ kind: "EarlierWave", waitingClusters: 4 }],
    },
  ]);
  expect(plan.warnings).toMatchObject([{ kind: "EmptyWave" }, { kind: "OverlappingWaves" }]);

  await world.pin("v2");
  while (!(await world.rollouts()).includes("r2 Environment v2 Completed")) await goOn(world, "r2");
  const { rows } = await world.database.query<{ name: string; wave: number }>({
    text: "select c.name, t.wave from rollout_targets t join clusters c on c.id = t.cluster_id where t.rollout_id = 'r2' order by 1",
  });
  expect(rows.map(({ name, wave }) => `${name} ${wave}`)).toEqual(plan.clusters.map(({ cluster, wave }) => `${cluster} ${wave}`));
});

/** Whatever is in flight becomes Healthy, soaks pass and gates open. */
async function goOn(world: PlacementWorld, rollout: string): Promise<void> {
  await world.reportUntilDone();
  world.passTime(3_600_000);
  await world.database.query({ text: "update gate_runs set state = 'Passed' where rollout_id = $1", values: [rollout] });
  await world.database.query({ text: "update cluster_reports set seen_at = now() + interval '30 days'" });
  await world.reconcileRollout(rollout, signal);
  await world.work();
}

test("clusters with values of their own are grouped apart, and those that are not reached say why", async () => {
  const world = await placementWorld(["a", "b", "c", "d"], { ...inWaves, Strategy: { waves: [], maxConcurrency: 9 } });
  await world.pin("v1");
  await world.reportUntilDone();
  await world.put("Cluster", "b", { id: cid("b"), labels: { env: "production" }, values: { replicas: 3 } });
  await world.put("Cluster", "n", { id: cid("n"), labels: { env: "production" } });
  await world.put("Environment", "rival", { clusterSelector: { matchLabels: { rival: "yes" } } });
  await world.put("Pin", "rival/web", { revision: "v1" });
  await world.put("Cluster", "c", { id: cid("c"), labels: { env: "production", rival: "yes" } });
  await world.put("Cluster", "d", { id: cid("d"), labels: {} });
  const plan = await preview(world, "v2");
  expect(effects(plan)).toEqual(["a Dispatch 0", "b Dispatch 0", "c Held AMBIGUOUS_ENVIRONMENT", "d Leave", "n NotEnrolled"]);
  expect(plan.changes.map(({ clusters, id }) => `${id} ${clusters}`)).toEqual(["c1 1", "c2 1"]);
});

test("what cannot be placed is a problem, what nobody pinned is refused, and what is there already changes nothing", async () => {
  const world = await placementWorld(["a", "b"], { ...inWaves, Strategy: { waves: [], maxConcurrency: 1 } });
  await expect(preview(world)).rejects.toMatchObject({ code: "NOT_PLACED" });
  expect((await preview(world, "missing")).problem).toMatchObject({ code: "REVISION_NOT_FOUND" });
  await world.put("Quarantine", "web", { revisions: [{ revision: "bad", reason: "it burns" }] });
  expect((await preview(world, "bad")).problem?.code).toMatch(/QUARANTINE/);
  await world.pin("v1");
  expect(effects(await preview(world))).toEqual(["a Unchanged", "b Join 0"]);
  await world.reportUntilDone();
  expect(await preview(world)).toMatchObject({ rollouts: [], changes: [], clusters: [{ effect: "Unchanged" }, { effect: "Unchanged" }] });
});

test("a freeze holds the preview as it would hold the rollout", async () => {
  const world = await placementWorld(["a"], { ...inWaves, Strategy: { waves: [], maxConcurrency: 9 } });
  await world.put("Freeze", "holidays", { reason: "everybody is away", from: "2020-01-01T00:00:00Z" });
  expect(effects(await preview(world, "v1"))).toEqual(["a Wait 0 Frozen"]);
});
