import { join } from "node:path";
import type { KubeObject } from "@drover/agent";
import { parseJson } from "@drover/kit";
import { type Kubernetes, startKubernetes } from "@drover/tools";
import type { ClusterPlan } from "./fleet-plan.ts";
import { byHand, type LiveCluster } from "./live-cluster.ts";

export interface KubernetesCluster {
  readonly cluster: LiveCluster;
  stop(): Promise<void>;
}

/** A real cluster, read and changed with kubectl by its administrator's kubeconfig. */
export async function startKubernetesCluster(plan: ClusterPlan, folder: string): Promise<KubernetesCluster> {
  const kubernetes = await startKubernetes({ dataDir: join(folder, plan.name), name: plan.name });
  return { cluster: liveCluster(plan, kubernetes), stop: () => kubernetes.stop() };
}

const liveCluster = (plan: ClusterPlan, { kubeconfig, kubectl }: Kubernetes): LiveCluster => ({
  plan,
  kubeconfig,
  // The administrator's rights, as the agent's default profile has them on a laptop.
  agentAccess: { DROVER_KUBECONFIG: kubeconfig },
  list: async (namespace, kinds) => {
    const list = parseJson(await kubectl(["get", kinds.join(","), "--namespace", namespace, "--output=json"]));
    return (list as unknown as { readonly items: readonly KubeObject[] }).items;
  },
  edit: async ({ kind, namespace, name }, patch) => {
    const change = ["--type=merge", `--patch=${JSON.stringify(patch)}`, `--field-manager=${byHand}`, "--output=json"];
    return parseJson(await kubectl(["patch", kind, name, "--namespace", namespace, ...change])) as KubeObject;
  },
  delete: async ({ kind, namespace, name }) => void (await kubectl(["delete", kind, name, "--namespace", namespace, "--wait=false"])),
});
