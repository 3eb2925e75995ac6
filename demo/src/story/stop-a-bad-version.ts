import type { WhyLink } from "@drover/proto/rest";
import type { LiveCluster } from "../clusters/live-cluster.ts";
import { application } from "../git/fleet-repository.ts";
import { namespace, v2, v3 } from "../git/web-application.ts";
import { observedKinds, shows, waitingContainers } from "../observe.ts";
import { notYet, right, unmet, waitUntil } from "../wait-until.ts";
import { clustersOf, type World } from "../world.ts";
import { assertAllRun, patienceMs } from "./clusters-run.ts";
import { untilRollout } from "./drover-says.ts";
import { pushVersion } from "./push.ts";
import type { Step } from "./step.ts";

export const stopBadVersion: Step = {
  name: "push v3, whose workload crashes",
  run: async (world) => {
    const revision = await pushVersion(world, v3, "Third version");
    await untilRollout(world, "staging", revision, "Halted");
    const staging = clustersOf(world, "staging");
    const touched = await clustersThatShow(staging);
    const first = touched[0];
    // The strategy accepts no failure and its first wave is one cluster.
    if (first === undefined || touched.length > 1)
      throw unmet("v3 has reached exactly one cluster of staging", `it has reached ${touched.length}`);
    const crashing = await untilCrashing(world, first);
    await untilExplained(world, first, crashing);
    await assertAllRun(world, [...staging.filter((one) => one !== first), ...clustersOf(world, "production")], v2);
    return `staging halted at ${first.plan.name}, every other cluster still runs v2; why names it: Deployment web, container ${crashing}, CrashLoopBackOff`;
  },
};

async function clustersThatShow(clusters: readonly LiveCluster[]): Promise<readonly LiveCluster[]> {
  const looks = await Promise.all(clusters.map(({ list }) => list(namespace, observedKinds)));
  return clusters.filter((_, index) => shows(looks[index] ?? [], v3));
}

/** The container that the cluster itself says is crashing. */
const untilCrashing = (world: World, cluster: LiveCluster): Promise<string> =>
  waitUntil({
    expected: `a container crashes in ${cluster.plan.name}`,
    withinMs: patienceMs,
    signal: world.signal,
    look: async () => {
      const waiting = waitingContainers(await cluster.list(namespace, ["Pod"]));
      const crashing = waiting.find(({ reason }) => reason === "CrashLoopBackOff");
      return crashing === undefined ? notYet(JSON.stringify(waiting)) : right(crashing.container);
    },
  });

const untilExplained = (world: World, { plan }: LiveCluster, container: string): Promise<void> =>
  waitUntil({
    expected: `why names ${plan.name}, Deployment web, container ${container} and CrashLoopBackOff in one link, and that staging is halted in another`,
    withinMs: patienceMs,
    signal: world.signal,
    look: async () => {
      const { links } = await world.api("explain", { query: { application, environment: "staging" } });
      const crash = links.find((link) => namesAll(link, [plan.name, "Deployment", application, container, "CrashLoopBackOff"]));
      const halted = links.find(({ kind }) => kind === "Halted");
      return crash !== undefined && halted !== undefined ? right(undefined) : notYet(JSON.stringify(links));
    },
  });

const namesAll = (link: WhyLink, words: readonly string[]): boolean => {
  const text = [link.kind, link.subject, link.message, ...Object.values(link.numbers)].join(" ");
  return words.every((word) => text.includes(word));
};
