import type { Changes, LiveCluster } from "@drover/demo";
import type { KubeObject } from "@drover/agent";
import { join } from "node:path";
import type { Bench } from "../harness/bench.ts";
import { oneByOne } from "../harness/pace.ts";
import { type Measurement, series } from "../harness/row.ts";
import type { Installation } from "../installation/start-installation.ts";
import { type ClusterView, configMap, deployment, keyOf, seen, service, versionOf, type WatchedKind } from "./cluster-view.ts";
import { type PreparedCommits, prepareCommits } from "./git-client.ts";

const samples = 40;
const everyMs = 700;
const deadlineMs = 15_000;
const floorManager = "drover-bench-floor";

/** Ten objects, each labelled with its version. */
const objectsAt = (prefix: string, version: number): readonly KubeObject[] => [
  ...Array.from({ length: 8 }, (_, index) => configMap(`${prefix}-${index}`, `v${version}`)),
  service(prefix, `v${version}`),
  deployment(prefix, `v${version}`, 1),
];

const filesAt = (version: number): Changes => ({
  "deploy/objects.yaml": objectsAt("ten", version)
    .map((object) => `${JSON.stringify(object)}\n`) // JSON is YAML
    .join("---\n"),
});

/** a1: from the beginning of `git push` on a tracked branch until all ten objects are seen in the cluster, on a watch past Drover. */
export async function measurePushes(
  bench: Bench,
  { git, credentials, undelivered }: Installation,
  repository: string,
  { plan }: LiveCluster,
  view: ClusterView,
): Promise<readonly Measurement[]> {
  const place = { url: git.cloneUrl(repository), credentials, folder: join(bench.folder, `commits-${repository}`) };
  const commits = await prepareCommits(
    place,
    Array.from({ length: samples + 2 }, (_, version) => filesAt(version)),
  );
  await pushAndSee(commits, view, 0, 30_000);
  await pushAndSee(commits, view, 1, deadlineMs);
  await measureFloor(commits, view, 1);

  const taken = await oneByOne({ n: samples, everyMs, signal: bench.signal }, async (index, dueAt) => {
    const { pushedAt, seenAt } = await pushAndSee(commits, view, index + 2, deadlineMs);
    return { whole: seenAt - dueAt, afterPush: seenAt - pushedAt, floor: await measureFloor(commits, view, index + 2) };
  });
  await assertContent(view, samples + 1);
  if (undelivered.length > 0) throw new Error(`${undelivered.length} pushes were not delivered: ${JSON.stringify(undelivered[0])}`);

  const id = plan.kind === "memory" ? "a1-memory" : "a1";
  const where = plan.kind === "memory" ? "in memory" : "real Kubernetes";
  const floor = taken.map((sample) => sample.floor);
  return [
    series(
      { id, name: `git push → 10 objects observed, ${where}`, floor, target: { p50: 400, p99: 1_000 } },
      taken.map(({ whole }) => whole),
    ),
    series(
      { id: `${id}-pushed`, name: "the same from the end of git push", floor },
      taken.map(({ afterPush }) => afterPush),
    ),
  ];
}

async function pushAndSee(commits: PreparedCommits, view: ClusterView, version: number, withinMs: number) {
  const missing = new Set(objectsAt("ten", version).map(keyOf));
  const seeing = seen(view, `version ${version} of ten objects`, withinMs, ({ type, object }) => {
    if (type !== "DELETED" && versionOf(object) === `v${version}`) missing.delete(keyOf(object));
    return missing.size === 0;
  });
  seeing.catch(() => {}); // told below, also when the push fails first
  await commits.push(commits.commits[version] as string);
  const pushedAt = performance.now();
  return { pushedAt, seenAt: await seeing };
}

/** The parts that nobody can do without, bare: the fetch of that commit, then ten server-side applies, four at a time. */
async function measureFloor(commits: PreparedCommits, view: ClusterView, version: number): Promise<number> {
  const start = performance.now();
  await commits.fetch();
  const waiting = [...objectsAt("floor", version)];
  const applyOnes = async (): Promise<void> => {
    for (let object = waiting.pop(); object !== undefined; object = waiting.pop()) await applyBare(view, object);
  };
  await Promise.all(Array.from({ length: 4 }, applyOnes));
  return performance.now() - start;
}

export const applyBare = (view: ClusterView, object: KubeObject): Promise<KubeObject> =>
  view.kube.apply(
    view.ref(object.kind as WatchedKind, object.metadata.name),
    object,
    { fieldManager: floorManager, force: true },
    AbortSignal.timeout(deadlineMs),
  );

async function assertContent(view: ClusterView, version: number): Promise<void> {
  const there = new Map((await view.list()).map((object) => [keyOf(object), versionOf(object)]));
  const wrong = objectsAt("ten", version).filter((object) => there.get(keyOf(object)) !== `v${version}`);
  if (wrong.length > 0) throw new Error(`${wrong.map(keyOf).join(", ")} are not of version ${version} at the end`);
}
