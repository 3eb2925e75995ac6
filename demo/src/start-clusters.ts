import type { Lifecycle } from "@drover/kit/node";
import type { ClusterPlan } from "./clusters/fleet-plan.ts";
import { startKubernetesCluster } from "./clusters/kubernetes-cluster.ts";
import type { LiveCluster } from "./clusters/live-cluster.ts";
import { startMemoryClusters } from "./clusters/memory-clusters.ts";
import type { Progress } from "./progress.ts";

interface Surroundings {
  readonly folder: string;
  /** Learns how to stop each cluster as soon as it runs. */
  readonly lifecycle: Lifecycle;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** Starts every cluster of the plan, in its order. Real ones start side by side: they mostly wait. */
export async function startClusters(plans: readonly ClusterPlan[], surroundings: Surroundings): Promise<readonly LiveCluster[]> {
  const inMemory = await startThoseInMemory(plans, surroundings);
  const real = await startRealOnes(plans, surroundings);
  const byName = new Map([...inMemory, ...real].map((cluster) => [cluster.plan.name, cluster]));
  return plans.map(({ name }) => byName.get(name) as LiveCluster);
}

async function startThoseInMemory(plans: readonly ClusterPlan[], surroundings: Surroundings): Promise<readonly LiveCluster[]> {
  const { folder, lifecycle, progress, signal } = surroundings;
  const mine = plans.filter(({ kind }) => kind === "memory");
  if (mine.length === 0) return [];
  const start = (): ReturnType<typeof startMemoryClusters> => startMemoryClusters(mine, folder, signal);
  const { clusters, stop } = await progress.during(`${mine.length} clusters in memory`, start);
  lifecycle.add("in-memory clusters", stop);
  return clusters;
}

async function startRealOnes(plans: readonly ClusterPlan[], surroundings: Surroundings): Promise<readonly LiveCluster[]> {
  const { folder, lifecycle, progress } = surroundings;
  const mine = plans.filter(({ kind }) => kind === "kubernetes");
  const starting = mine.map(async (plan) => {
    const { cluster, stop } = await progress.during(`${plan.name}: Kubernetes`, () => startKubernetesCluster(plan, folder));
    lifecycle.add(`Kubernetes of ${plan.name}`, stop);
    return cluster;
  });
  // All of them have to settle, so that those which started are stopped when another did not.
  await Promise.allSettled(starting);
  return Promise.all(starting);
}
