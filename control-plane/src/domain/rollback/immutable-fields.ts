import { canonicalJson, type JsonObject } from "@drover/kit";
import type { Manifest } from "./manifests.ts";

export interface ImmutableChange {
  readonly field: string;
  readonly why: string;
}

const refused = "differs, which the API server refuses; the object has to be deleted and created again";

/** Fields that cannot be changed once an object is there. What a StatefulSet may change is a short list; for the others the rest is. */
const fixed: Readonly<Record<string, readonly string[]>> = {
  "apps/Deployment": ["spec.selector"],
  "apps/DaemonSet": ["spec.selector"],
  "apps/ReplicaSet": ["spec.selector"],
  "apps/StatefulSet": ["spec.selector", "spec.serviceName", "spec.podManagementPolicy", "spec.volumeClaimTemplates"],
  "batch/Job": ["spec.selector", "spec.template", "spec.completionMode"],
  "/Service": ["spec.clusterIP", "spec.clusterIPs"],
  "/PersistentVolumeClaim": [
    "spec.storageClassName",
    "spec.accessModes",
    "spec.volumeName",
    "spec.volumeMode",
    "spec.selector",
    "spec.dataSource",
  ],
  "/PersistentVolume": ["spec.capacity", "spec.csi", "spec.nfs", "spec.hostPath"],
  "storage.k8s.io/StorageClass": ["provisioner", "parameters", "reclaimPolicy", "volumeBindingMode"],
  "rbac.authorization.k8s.io/RoleBinding": ["roleRef"],
  "rbac.authorization.k8s.io/ClusterRoleBinding": ["roleRef"],
  "apiextensions.k8s.io/CustomResourceDefinition": ["spec.scope", "spec.group", "spec.names.kind", "spec.names.plural"],
};

/** Of these an absent value is filled in by the cluster, and leaving it out changes nothing. */
const filledIn: ReadonlySet<string> = new Set([
  "spec.clusterIP",
  "spec.clusterIPs",
  "spec.storageClassName",
  "spec.volumeName",
  "spec.volumeMode",
]);

export function immutableChanges({ kind, form: now }: Manifest, { form: then }: Manifest): readonly ImmutableChange[] {
  const differs = (path: string): boolean => {
    const [a, b] = [at(now, path), at(then, path)];
    if (filledIn.has(path) && (a === undefined || b === undefined)) return false;
    return canonicalJson(a ?? null) !== canonicalJson(b ?? null);
  };
  return [
    ...(fixed[kind] ?? []).filter(differs).map((field) => ({ field, why: refused })),
    ...shrunk(kind, now, then),
    ...(isFrozen(now) && frozenFields.some(differs) ? [{ field: "data", why: `of an immutable object ${refused}` }] : []),
  ];
}

const frozenFields = ["data", "binaryData", "stringData"];
const isFrozen = (form: JsonObject): boolean => form["immutable"] === true;

function shrunk(kind: string, now: JsonObject, then: JsonObject): readonly ImmutableChange[] {
  const path = "spec.resources.requests.storage";
  const [a, b] = [bytesOf(at(now, path)), bytesOf(at(then, path))];
  if (kind !== "/PersistentVolumeClaim" || a === undefined || b === undefined || b >= a) return [];
  return [{ field: path, why: `was ${String(at(then, path))} and is ${String(at(now, path))}; a claim cannot be made smaller` }];
}

const units: Readonly<Record<string, number>> = {
  "": 1,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
};

function bytesOf(quantity: unknown): number | undefined {
  const found = /^(\d+(?:\.\d+)?)([KMGTP]i|[kMGTP])?$/.exec(String(quantity));
  return found === null ? undefined : Number(found[1]) * (units[found[2] ?? ""] ?? 1);
}

const at = (form: JsonObject, path: string): unknown =>
  path.split(".").reduce<unknown>((value, key) => (value as Readonly<Record<string, unknown>> | undefined)?.[key], form);
