import type { ObjectId } from "../manifest.ts";

/**
 * In which order kinds are applied: what others need comes first, what can refuse or intercept others comes last.
 * Objects of one rank go at once. Unknown kinds are custom resources, whose operators should run before them.
 */
const ranks: readonly (readonly string[])[] = [
  ["Namespace"],
  ["CustomResourceDefinition"],
  ["ClusterRole", "ClusterRoleBinding", "StorageClass", "PriorityClass", "RuntimeClass", "IngressClass", "PersistentVolume"],
  ["ServiceAccount", "Role", "RoleBinding", "Secret", "ConfigMap", "PersistentVolumeClaim", "ResourceQuota", "LimitRange", "NetworkPolicy"],
  ["Service", "EndpointSlice", "Endpoints"],
  ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Pod", "Job", "CronJob"],
  ["HorizontalPodAutoscaler", "PodDisruptionBudget", "Ingress"],
  ["ValidatingWebhookConfiguration", "MutatingWebhookConfiguration", "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"],
  ["APIService"],
];

const rankByKind = new Map(ranks.flatMap((kinds, rank) => kinds.map((kind) => [kind, rank] as const)));
const rankOfCustomResources = rankByKind.get("Ingress")!;

export const rankCount = ranks.length;
export const crdRank = rankByKind.get("CustomResourceDefinition")!;

/** Built-in kinds live in groups without a dot or under k8s.io; a custom `Service` of somebody's group is a custom resource. */
export const rankOf = ({ group, kind }: Pick<ObjectId, "group" | "kind">): number =>
  (isBuiltIn(group) ? rankByKind.get(kind) : undefined) ?? rankOfCustomResources;

const isBuiltIn = (group: string): boolean => !group.includes(".") || group.endsWith(".k8s.io");
