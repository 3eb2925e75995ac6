import { type Json, member, memberAt } from "@drover/kit";
import type { KubeObject, Resource } from "../../app/kube.ts";
import { collectionOf, type ObjectStore } from "./store.ts";

const verbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"] as const;

/** One line per kind: group/version, kind, plural; `-` marks cluster-scoped kinds. */
const builtIn = `
v1 Namespace namespaces -
v1 ConfigMap configmaps
v1 Secret secrets
v1 Service services
v1 ServiceAccount serviceaccounts
v1 Pod pods
v1 Event events
v1 Endpoints endpoints
v1 PersistentVolumeClaim persistentvolumeclaims
v1 PersistentVolume persistentvolumes -
v1 Node nodes -
v1 LimitRange limitranges
v1 ResourceQuota resourcequotas
apps/v1 Deployment deployments
apps/v1 ReplicaSet replicasets
apps/v1 StatefulSet statefulsets
apps/v1 DaemonSet daemonsets
batch/v1 Job jobs
batch/v1 CronJob cronjobs
autoscaling/v2 HorizontalPodAutoscaler horizontalpodautoscalers
policy/v1 PodDisruptionBudget poddisruptionbudgets
networking.k8s.io/v1 Ingress ingresses
networking.k8s.io/v1 IngressClass ingressclasses -
networking.k8s.io/v1 NetworkPolicy networkpolicies
rbac.authorization.k8s.io/v1 Role roles
rbac.authorization.k8s.io/v1 RoleBinding rolebindings
rbac.authorization.k8s.io/v1 ClusterRole clusterroles -
rbac.authorization.k8s.io/v1 ClusterRoleBinding clusterrolebindings -
storage.k8s.io/v1 StorageClass storageclasses -
scheduling.k8s.io/v1 PriorityClass priorityclasses -
coordination.k8s.io/v1 Lease leases
discovery.k8s.io/v1 EndpointSlice endpointslices
admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration validatingwebhookconfigurations -
admissionregistration.k8s.io/v1 MutatingWebhookConfiguration mutatingwebhookconfigurations -
apiextensions.k8s.io/v1 CustomResourceDefinition customresourcedefinitions -
apiregistration.k8s.io/v1 APIService apiservices -
`;

export const builtInResources: readonly Resource[] = builtIn
  .trim()
  .split("\n")
  .map((line) => {
    const [apiVersion = "", kind = "", plural = "", scope] = line.split(" ");
    const [group, version] = apiVersion.includes("/") ? (apiVersion.split("/") as [string, string]) : ["", apiVersion];
    return { group, version, kind, plural, namespaced: scope === undefined, verbs };
  });

const find = (kind: string): Resource => {
  const resource = builtInResources.find((one) => one.kind === kind);
  if (resource === undefined) throw new Error(`no built-in kind ${kind}`);
  return resource;
};

export const namespaces = find("Namespace");
export const pods = find("Pod");
export const deployments = find("Deployment");
export const replicaSets = find("ReplicaSet");
export const statefulSets = find("StatefulSet");
export const daemonSets = find("DaemonSet");
export const jobs = find("Job");
export const customResourceDefinitions = find("CustomResourceDefinition");

const builtInCollections = new Set(builtInResources.map(collectionOf));
export const isBuiltIn = (resource: Resource): boolean => builtInCollections.has(collectionOf(resource));

/** Every kind served now: the built-in ones, and those of the definitions that are established. */
export function servedResources(store: ObjectStore): readonly Resource[] {
  return [
    ...builtInResources,
    ...store.list(collectionOf(customResourceDefinitions), undefined).filter(isEstablished).flatMap(resourcesOf),
  ];
}

/** The kinds that a CustomResourceDefinition defines, the storage version first. */
export function resourcesOf(definition: KubeObject): readonly Resource[] {
  const spec = member(definition, "spec");
  const versions = member(spec, "versions");
  const served = (Array.isArray(versions) ? (versions as readonly Json[]) : []).filter((version) => member(version, "served") !== false);
  const text = (value: Json | undefined): string => (typeof value === "string" ? value : "");
  return served
    .toSorted((a, b) => Number(member(b, "storage") === true) - Number(member(a, "storage") === true))
    .map((version) => ({
      group: text(member(spec, "group")),
      version: text(member(version, "name")),
      kind: text(memberAt(spec, "names", "kind")),
      plural: text(memberAt(spec, "names", "plural")),
      namespaced: member(spec, "scope") === "Namespaced",
      verbs,
    }));
}

function isEstablished(definition: KubeObject): boolean {
  const conditions = memberAt(definition, "status", "conditions");
  return (
    Array.isArray(conditions) &&
    (conditions as readonly Json[]).some((one) => member(one, "type") === "Established" && member(one, "status") === "True")
  );
}

const withoutGeneration = new Set([
  "Namespace",
  "ConfigMap",
  "Secret",
  "Service",
  "ServiceAccount",
  "Event",
  "Endpoints",
  "PersistentVolumeClaim",
  "PersistentVolume",
  "Node",
  "LimitRange",
  "ResourceQuota",
  "Role",
  "RoleBinding",
  "ClusterRole",
  "ClusterRoleBinding",
  "Lease",
  "APIService",
  "StorageClass",
  "HorizontalPodAutoscaler",
]);

/** Whether the server counts changes of this kind's spec in `metadata.generation`. */
export const countsGenerations = (resource: Resource): boolean => !isBuiltIn(resource) || !withoutGeneration.has(resource.kind);
