import { memberAt } from "@drover/kit";
import type { KubeObject, ObjectRef } from "../../../app/kube.ts";
import type { ApiServer } from "../api-server.ts";
import { replicaSets } from "../kinds.ts";
import { collectionOf, type ObjectStore } from "../store.ts";
import { controllerManager, isOwnedBy, isReady, jsonObject, podsOf, templateHash } from "./pods.ts";

export const templateLabel = "pod-template-hash";
const revisionAnnotation = "deployment.kubernetes.io/revision";

export const replicaSetsOf = (store: ObjectStore, deployment: KubeObject): readonly KubeObject[] =>
  store.list(collectionOf(replicaSets), String(deployment.metadata["namespace"])).filter((set) => isOwnedBy(set, deployment));

export const podsOfDeployment = (store: ObjectStore, deployment: KubeObject): readonly KubeObject[] =>
  replicaSetsOf(store, deployment).flatMap((set) => podsOf(store, set));

/** The set of the Deployment's present template, made or brought back to be the newest revision. */
export function currentReplicaSet(store: ObjectStore, api: ApiServer, deployment: KubeObject): KubeObject {
  const hash = templateHash(deployment);
  const ref: ObjectRef = {
    resource: replicaSets,
    namespace: String(deployment.metadata["namespace"]),
    name: `${deployment.metadata.name}-${hash}`,
  };
  const revisions = replicaSetsOf(store, deployment).map(revisionOf);
  const newest = Math.max(0, ...revisions);
  const before = api.get(ref);
  if (before !== undefined) {
    if (revisionOf(before) === newest) return before;
    return api.merge(ref, { metadata: { annotations: { [revisionAnnotation]: String(newest + 1) } } }, controllerManager);
  }
  const template = jsonObject(memberAt(deployment, "spec", "template"));
  const metadata = jsonObject(template["metadata"]);
  const labels = { ...jsonObject(metadata["labels"]), [templateLabel]: hash };
  const owner = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    name: deployment.metadata.name,
    uid: deployment.metadata["uid"] ?? "",
    controller: true,
  };
  const set: KubeObject = {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: { name: ref.name, labels, annotations: { [revisionAnnotation]: String(newest + 1) }, ownerReferences: [owner] },
    spec: { replicas: 0, selector: { matchLabels: labels }, template: { ...template, metadata: { ...metadata, labels } } },
  };
  return api.create(ref, set, controllerManager);
}

/** Writes into each set how many pods it has; the Deployment decides how many those are. */
export function recordReplicas(store: ObjectStore, api: ApiServer, deployment: KubeObject): void {
  for (const set of replicaSetsOf(store, deployment)) {
    const owned = podsOf(store, set);
    const ref: ObjectRef = { resource: replicaSets, namespace: String(set.metadata["namespace"]), name: set.metadata.name };
    const { metadata } = api.merge(ref, { spec: { replicas: owned.length } }, controllerManager);
    const ready = owned.filter(isReady).length;
    const counts = { replicas: owned.length, fullyLabeledReplicas: owned.length, readyReplicas: ready, availableReplicas: ready };
    api.merge(ref, { status: { ...counts, observedGeneration: metadata["generation"] ?? 1 } }, controllerManager, "status");
  }
}

const revisionOf = (set: KubeObject): number => Number(memberAt(set, "metadata", "annotations", revisionAnnotation) ?? 0);
