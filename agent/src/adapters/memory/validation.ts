import { isDeepStrictEqual } from "node:util";
import { isJsonObject, type Json, member, memberAt } from "@drover/kit";
import type { KubeObject, ObjectRef } from "../../app/kube.ts";
import { isBuiltIn } from "./kinds.ts";
import { forbidden, immutable, invalid } from "./refusals.ts";

// A small part of the server's validation: what the agent's behaviour depends on, not what its users may get wrong.

const common = ["apiVersion", "kind", "metadata"];
/** Top-level fields of kinds that people misspell; the other kinds are taken as they come. */
const knownFields: Readonly<Record<string, readonly string[]>> = {
  ConfigMap: ["data", "binaryData", "immutable"],
  Secret: ["data", "stringData", "type", "immutable"],
  Namespace: ["spec", "status"],
  Service: ["spec", "status"],
  Deployment: ["spec", "status"],
};

/** Refuses what the server refuses in what a client sent. */
export function checkSent(ref: ObjectRef, object: KubeObject): void {
  const { group, version, kind } = ref.resource;
  const apiVersion = group === "" ? version : `${group}/${version}`;
  if (object.kind !== kind || object.apiVersion !== apiVersion)
    throw invalid(ref, `the object is ${object.apiVersion} ${object.kind}, the request is for ${apiVersion} ${kind}`);
  if (object.metadata.name !== ref.name)
    throw invalid(ref, `the name of the object (${object.metadata.name}) does not match the name on the URL (${ref.name})`);
  const namespace = object.metadata["namespace"];
  if (namespace !== undefined && namespace !== ref.namespace)
    throw invalid(ref, "the namespace of the object does not match the namespace on the request");
  const known = isBuiltIn(ref.resource) ? knownFields[kind] : undefined;
  const unknown = known && Object.keys(object).find((field) => !common.includes(field) && !known.includes(field));
  if (unknown !== undefined) throw invalid(ref, `.${unknown}: field not declared in schema`);
}

/** Refuses what the server refuses in the object that would be stored. */
export function checkStored(ref: ObjectRef, before: KubeObject | undefined, next: KubeObject): void {
  if (!isBuiltIn(ref.resource)) return;
  if (["Deployment", "StatefulSet", "DaemonSet"].includes(next.kind)) checkSelector(ref, next);
  if (["Deployment", "StatefulSet", "DaemonSet", "Job"].includes(next.kind)) checkContainers(ref, next);
  if (before === undefined) return;
  const frozen = frozenFields(before).find((path) => !isDeepStrictEqual(memberAt(before, ...path), memberAt(next, ...path)));
  if (frozen !== undefined) throw immutable(ref, frozen.join("."));
  const finalizers = finalizersOf(before);
  const added = finalizersOf(next).filter((finalizer) => !finalizers.includes(finalizer));
  if (isDying(before) && added.length > 0)
    throw invalid(ref, `no new finalizers can be added if the object is being deleted, found ${added.join(", ")}`);
}

function checkSelector(ref: ObjectRef, object: KubeObject): void {
  const labels = memberAt(object, "spec", "selector", "matchLabels");
  const template = memberAt(object, "spec", "template", "metadata", "labels");
  if (memberAt(object, "spec", "selector") === undefined) throw invalid(ref, "spec.selector: Required value");
  const missing = Object.entries(isJsonObject(labels) ? labels : {}).some(([key, value]) => member(template, key) !== value);
  if (missing) throw invalid(ref, "spec.template.metadata.labels: `selector` does not match template `labels`");
}

function checkContainers(ref: ObjectRef, object: KubeObject): void {
  const containers = memberAt(object, "spec", "template", "spec", "containers");
  if (!Array.isArray(containers) || containers.length === 0) throw invalid(ref, "spec.template.spec.containers: Required value");
  const imageless = (containers as readonly Json[]).findIndex((container) => member(container, "image") === undefined);
  if (imageless >= 0) throw invalid(ref, `spec.template.spec.containers[${imageless}].image: Required value`);
}

function frozenFields(object: KubeObject): readonly (readonly string[])[] {
  switch (object.kind) {
    case "Deployment":
    case "DaemonSet":
      return [["spec", "selector"]];
    case "StatefulSet":
      return [
        ["spec", "selector"],
        ["spec", "serviceName"],
        ["spec", "volumeClaimTemplates"],
        ["spec", "podManagementPolicy"],
      ];
    case "Job":
      return [
        ["spec", "selector"],
        ["spec", "template"],
        ["spec", "completionMode"],
      ];
    case "Secret":
      return member(object, "immutable") === true ? [["type"], ["data"], ["immutable"]] : [["type"]];
    case "ConfigMap":
      return member(object, "immutable") === true ? [["data"], ["binaryData"], ["immutable"]] : [];
    case "PersistentVolumeClaim":
      return [
        ["spec", "accessModes"],
        ["spec", "storageClassName"],
        ["spec", "volumeName"],
      ];
    case "RoleBinding":
    case "ClusterRoleBinding":
      return [["roleRef"]];
    case "StorageClass":
      return [["provisioner"], ["parameters"]];
    default:
      return [];
  }
}

/** What a namespace that is going away, or one that nobody may delete, forbids. */
export function checkNamespaceTakes(ref: ObjectRef, namespace: KubeObject): void {
  if (isDying(namespace))
    throw forbidden(
      ref,
      `namespace ${namespace.metadata.name} is being terminated: nothing new can be created in it`,
      "NamespaceTerminating",
    );
}

export const isDying = (object: KubeObject): boolean => object.metadata["deletionTimestamp"] !== undefined;

export function finalizersOf(object: KubeObject): readonly string[] {
  const finalizers: Json | undefined = object.metadata["finalizers"];
  return Array.isArray(finalizers) ? (finalizers as readonly string[]) : [];
}
