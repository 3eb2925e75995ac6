import { createHash } from "node:crypto";
import { canonicalJson, isJsonObject, type Json, type JsonObject, member, memberAt, textAt } from "@drover/kit";
import type { KubeObject, ObjectRef, Resource } from "../../../app/kube.ts";
import type { ApiServer } from "../api-server.ts";
import { pods } from "../kinds.ts";
import { type Change, collectionOf, type ObjectStore } from "../store.ts";
import { isDying } from "../validation.ts";

// What the workload controllers share: a workload's pods, and the keys of workloads.

export const controllerManager = "kube-controller-manager";

/** The keys of the workloads of one kind that a change concerns: the workload itself, or the owner of a pod. */
export function workloadKeys(resource: Resource, { collection, object }: Change): readonly string[] {
  const namespace = textAt(object.metadata, "namespace");
  if (collection === collectionOf(resource)) return [`${namespace}/${object.metadata.name}`];
  if (collection !== collectionOf(pods)) return [];
  return ownersOf(object)
    .filter((owner) => member(owner, "kind") === resource.kind)
    .map((owner) => `${namespace}/${String(member(owner, "name"))}`);
}

export function refOf(resource: Resource, key: string): ObjectRef {
  const [namespace = "", name = ""] = key.split("/");
  return { resource, namespace, name };
}

export function ownersOf(object: KubeObject): readonly Json[] {
  const owners = object.metadata["ownerReferences"];
  return Array.isArray(owners) ? (owners as readonly Json[]) : [];
}

export const isOwnedBy = (object: KubeObject, owner: KubeObject): boolean =>
  ownersOf(object).some((one) => member(one, "uid") === owner.metadata["uid"]);

/** The workload's pods that are not going away, oldest first. */
export const podsOf = (store: ObjectStore, workload: KubeObject): readonly KubeObject[] =>
  store.list(collectionOf(pods), String(workload.metadata["namespace"])).filter((pod) => !isDying(pod) && isOwnedBy(pod, workload));

export const revisionLabel = "controller-revision-hash";

/** Names a revision of the workload's pod template. */
export const templateHash = (workload: KubeObject): string =>
  createHash("sha256")
    .update(canonicalJson(memberAt(workload, "spec", "template") ?? null))
    .digest("hex")
    .slice(0, 10);

export const isOfRevision = (pod: KubeObject, hash: string, label = revisionLabel): boolean =>
  memberAt(pod, "metadata", "labels", label) === hash;

/** `labels` are added to those of the template. */
export function createPod(api: ApiServer, workload: KubeObject, name: string, labels: JsonObject = {}): void {
  const template = memberAt(workload, "spec", "template");
  const metadata = jsonObject(member(template, "metadata"));
  const namespace = String(workload.metadata["namespace"]);
  const owner = {
    apiVersion: workload.apiVersion,
    kind: workload.kind,
    name: workload.metadata.name,
    uid: workload.metadata["uid"] ?? "",
    controller: true,
  };
  const pod: KubeObject = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      ...metadata,
      name,
      namespace,
      labels: { ...jsonObject(metadata["labels"]), ...labels },
      ownerReferences: [owner],
    },
    spec: member(template, "spec") ?? {},
  };
  const ref: ObjectRef = { resource: pods, namespace, name };
  if (api.get(ref) === undefined) api.create(ref, pod, controllerManager);
}

export const deletePod = (api: ApiServer, pod: KubeObject): void =>
  api.delete({ resource: pods, namespace: String(pod.metadata["namespace"]), name: pod.metadata.name }, {});

export function conditionOf(object: KubeObject, type: string): Json | undefined {
  const conditions = memberAt(object, "status", "conditions");
  return Array.isArray(conditions) ? (conditions as readonly Json[]).find((one) => member(one, "type") === type) : undefined;
}

export const isReady = (pod: KubeObject): boolean => member(conditionOf(pod, "Ready"), "status") === "True";
export const phaseOf = (pod: KubeObject): string => String(memberAt(pod, "status", "phase") ?? "Pending");

/** Counts of zero are absent from a status, as the server leaves them out. */
export const count = (n: number): number | null => (n === 0 ? null : n);

export const jsonObject = (value: Json | undefined): JsonObject => (isJsonObject(value) ? value : {});

export function numberAt(object: KubeObject, fallback: number, ...path: readonly string[]): number {
  const value = memberAt(object, ...path);
  return typeof value === "number" ? value : fallback;
}
