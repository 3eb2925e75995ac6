import { type LiveCluster } from "../clusters/live-cluster.ts";
import { namespace, type WebVersion } from "../git/web-application.ts";
import { differences, observedKinds } from "../observe.ts";
import { type Finding, notYet, right, waitUntil } from "../wait-until.ts";
import type { World } from "../world.ts";

/** Far more than a busy machine needs; a step that is stuck must end all the same. */
export const patienceMs = 60_000;

/** Waits until each of the clusters, asked itself, runs the version in full: every object as in git, every replica ready, nothing left over. */
export const untilAllRun = async ({ signal }: World, clusters: readonly LiveCluster[], version: WebVersion): Promise<void> =>
  void (await Promise.all(
    clusters.map((cluster) =>
      waitUntil({
        expected: `${cluster.plan.name} runs ${version.name}`,
        withinMs: patienceMs,
        signal,
        look: () => lookAt(cluster, version),
      }),
    ),
  ));

/** Throws unless all of them run the version now. */
export const assertAllRun = async (world: World, clusters: readonly LiveCluster[], version: WebVersion): Promise<void> =>
  void (await Promise.all(
    clusters.map((cluster) =>
      waitUntil({
        expected: `${cluster.plan.name} still runs ${version.name}`,
        withinMs: 0,
        signal: world.signal,
        look: () => lookAt(cluster, version),
      }),
    ),
  ));

async function lookAt(cluster: LiveCluster, version: WebVersion): Promise<Finding<undefined>> {
  const objects = await cluster.list(namespace, observedKinds);
  const wrong = differences(objects, version, cluster.plan.environment);
  return wrong.length === 0 ? right(undefined) : notYet(wrong.join(", "));
}
