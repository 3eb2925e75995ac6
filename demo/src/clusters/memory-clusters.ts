import { join } from "node:path";
import { createMemoryAdmin, type MemoryAdmin, type ObjectRef, type Resource } from "@drover/agent";
import { type ServerProcess, startServerProcess } from "@drover/tools";
import { programs } from "../programs.ts";
import { never, right, waitUntil } from "../wait-until.ts";
import type { ClusterPlan } from "./fleet-plan.ts";
import { byHand, type Kind, type LiveCluster, type Target } from "./live-cluster.ts";

export interface MemoryClusters {
  readonly clusters: readonly LiveCluster[];
  stop(): Promise<void>;
}

const startDeadlineMs = 15_000;

/**
 * Starts one process that holds all in-memory clusters. They live as long as it does, whatever happens to agents and control plane.
 * `uids`: of those that were there before, by name.
 */
export async function startMemoryClusters(
  plans: readonly ClusterPlan[],
  folder: string,
  signal: AbortSignal,
  uids: ReadonlyMap<string, string> = new Map(),
): Promise<MemoryClusters> {
  const socketPath = join(folder, "memory-clusters.sock");
  const host = startServerProcess({
    name: "the host of the in-memory clusters",
    file: process.execPath,
    args: [
      programs.memoryHost,
      "--socket",
      socketPath,
      ...plans.flatMap(({ name }) => ["--cluster", uids.has(name) ? `${name}=${uids.get(name)}` : name]),
    ],
    logFile: join(folder, "memory-clusters.log"),
    stopSignal: "SIGTERM",
  });
  const admins = plans.map((plan) => createMemoryAdmin({ socketPath, cluster: plan.name }));
  const stop = async (): Promise<void> => {
    await Promise.all(admins.map((admin) => admin.close()));
    await host.stop();
  };
  try {
    await Promise.all(admins.map((admin) => untilServed(admin, host, signal)));
    return { clusters: plans.map((plan, index) => memoryCluster(plan, admins[index] as MemoryAdmin, socketPath)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

const untilServed = (admin: MemoryAdmin, host: ServerProcess, signal: AbortSignal): Promise<void> =>
  waitUntil({
    expected: "the host of the in-memory clusters answers",
    withinMs: startDeadlineMs,
    signal,
    look: async () => {
      const end = host.hasEnded();
      if (end !== undefined) return never(`it ${end}; ${host.lastWords()}`);
      await admin.list(resources.Namespace);
      return right(undefined);
    },
  });

const memoryCluster = (plan: ClusterPlan, admin: MemoryAdmin, socketPath: string): LiveCluster => ({
  plan,
  kubeconfig: undefined,
  agentAccess: { DROVER_MEMORY_CLUSTER: `unix:${socketPath}#${plan.name}` },
  list: async (namespace, kinds) => (await Promise.all(kinds.map((kind) => admin.list(resources[kind], { namespace })))).flat(),
  edit: (target, patch) => admin.merge(byHand, refOf(target), patch),
  delete: (target) => admin.delete(refOf(target)),
});

const refOf = ({ kind, namespace, name }: Target): ObjectRef => ({ resource: resources[kind], namespace, name });

const resource = (group: string, kind: Kind, plural: string): Resource => ({
  group,
  version: "v1",
  kind,
  plural,
  namespaced: kind !== "Namespace",
  verbs: [],
});

const resources: Readonly<Record<Kind, Resource>> = {
  Namespace: resource("", "Namespace", "namespaces"),
  ConfigMap: resource("", "ConfigMap", "configmaps"),
  Secret: resource("", "Secret", "secrets"),
  Service: resource("", "Service", "services"),
  Pod: resource("", "Pod", "pods"),
  Deployment: resource("apps", "Deployment", "deployments"),
};
