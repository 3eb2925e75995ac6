import type { WhyLink } from "@drover/proto/rest";
import type { LiveCluster } from "../clusters/live-cluster.ts";
import { application } from "../git/fleet-repository.ts";
import { namespace, v2, v3 } from "../git/web-application.ts";
import { observedKinds, shows, waitingContainers } from "../observe.ts";
import { notYet, right, unmet, waitUntil } from "../wait-until.ts";
import { clustersOf, type World } from "../world.ts";
import { assertAllRun, patienceMs, untilAllRun } from "./clusters-run.ts";
import { untilRollout } from "./drover-says.ts";
import { pushVersion } from "./push.ts";
import type { Step } from "./step.ts";

export const stopBadVersion: Step = {
  name: "push v3, whose workload crashes",
  run: async (world) => {
    const revision = await pushVersion(world, v3, "Third version");
    const staging = clustersOf(world, "staging");
    const [crashed, container] = await untilCrashing(world, staging);
    const touched = await clustersThatShow(staging);
    // The strategy accepts no failure and its first wave is one cluster.
    if (touched.length > 1) throw unmet("v3 has reached exactly one cluster of staging", `it has reached ${touched.length}`);
    await untilRollout(world, "staging", revision, "RolledBack");
    await untilAllRun(world, staging, v2);
    await assertAllRun(world, clustersOf(world, "production"), v2);
    const why = await untilExplained(world, crashed, container);
    return `it reached ${crashed.plan.name} alone and was taken back by itself, v2 runs everywhere; why says: ${why}`;
  },
};

async function clustersThatShow(clusters: readonly LiveCluster[]): Promise<readonly LiveCluster[]> {
  const looks = await Promise.all(clusters.map(({ list }) => list(namespace, observedKinds)));
  return clusters.filter((_, index) => shows(looks[index] ?? [], v3));
}

/** The cluster that crashes, and the container, as the cluster itself says. */
const untilCrashing = (world: World, clusters: readonly LiveCluster[]): Promise<readonly [LiveCluster, string]> =>
  waitUntil({
    expected: `a container crashes in one of ${clusters.map(({ plan }) => plan.name).join(", ")}`,
    withinMs: patienceMs,
    signal: world.signal,
    look: async () => {
      const looks = await Promise.all(
        clusters.map(async (cluster) => [cluster, waitingContainers(await cluster.list(namespace, ["Pod"]))] as const),
      );
      for (const [cluster, waiting] of looks) {
        const crashing = waiting.find(({ reason }) => reason === "CrashLoopBackOff");
        if (crashing !== undefined) return right([cluster, crashing.container] as const);
      }
      return notYet(JSON.stringify(looks.map(([, waiting]) => waiting)));
    },
  });

/** What `why` says of the rollback. */
const untilExplained = (world: World, { plan }: LiveCluster, container: string): Promise<string> =>
  waitUntil({
    expected: `why says that v3 was taken back for ${plan.name}, Deployment web, container ${container} and CrashLoopBackOff, and that it is quarantined`,
    withinMs: patienceMs,
    signal: world.signal,
    look: async () => {
      const { links } = await world.api("explain", { query: { application, environment: "staging" } });
      const takenBack = links.find((link) =>
        namesAll(link, ["took back", plan.name, "Deployment", application, container, "CrashLoopBackOff"]),
      );
      const quarantined = links.some(({ kind }) => kind === "Quarantined");
      return takenBack !== undefined && quarantined ? right(takenBack.message) : notYet(JSON.stringify(links));
    },
  });

const namesAll = (link: WhyLink, words: readonly string[]): boolean => {
  const text = [link.kind, link.subject, link.message, ...Object.values(link.numbers)].join(" ");
  return words.every((word) => text.includes(word));
};
