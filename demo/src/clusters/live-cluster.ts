import type { JsonObject } from "@drover/kit";
import type { KubeObject } from "@drover/agent";
import type { ClusterPlan } from "./fleet-plan.ts";

/** The kinds that the story looks at and lays hands on. */
export type Kind = "Namespace" | "ConfigMap" | "Secret" | "Service" | "Deployment" | "Pod";

/** How an agent finds its cluster: part of its environment. */
export type AgentAccess = Readonly<Record<string, string>>;

/**
 * A cluster as its administrator sees it. Nothing here goes through Drover, so what it shows is the truth that the story is checked
 * against, and what it does is what Drover has to heal.
 */
export interface LiveCluster {
  readonly plan: ClusterPlan;
  /** Of an administrator; absent for clusters in memory. */
  readonly kubeconfig: string | undefined;
  readonly agentAccess: AgentAccess;
  /** Objects of these kinds in a namespace; none when the namespace is not there. */
  list(namespace: string, kinds: readonly Kind[]): Promise<readonly KubeObject[]>;
  /** A merge patch, written under the name that `kubectl edit` uses. Answers the object as it was stored. */
  edit(target: Target, patch: JsonObject): Promise<KubeObject>;
  delete(target: Target): Promise<void>;
}

export interface Target {
  readonly kind: Kind;
  readonly namespace: string;
  readonly name: string;
}

/** The field manager of a person's `kubectl edit`. */
export const byHand = "kubectl-edit";
