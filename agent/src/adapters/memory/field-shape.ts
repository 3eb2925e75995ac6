import { canonicalJson, isJsonObject, type Json, member } from "@drover/kit";

/** How server-side apply sees the value at a path: as parts with owners of their own, or as one whole. */
export type Shape =
  | { readonly kind: "whole" }
  | { readonly kind: "map" }
  | { readonly kind: "set" }
  | { readonly kind: "keyed"; readonly keys: readonly string[] };

/** Tells the shape of the value at `path`, a list of field names without the keys of list items. */
export type ShapeOf = (path: readonly string[], value: Json) => Shape;

const whole: Shape = { kind: "whole" };
const map: Shape = { kind: "map" };

/** Lists of the built-in kinds that are merged item by item. Any other list is one whole, as in the server's schema. */
const keyedLists: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    conditions: ["type"],
    containers: ["name"],
    env: ["name"],
    ephemeralContainers: ["name"],
    hostAliases: ["ip"],
    imagePullSecrets: ["name"],
    initContainers: ["name"],
    topologySpreadConstraints: ["topologyKey", "whenUnsatisfiable"],
    volumeDevices: ["devicePath"],
    volumeMounts: ["mountPath"],
    volumes: ["name"],
    webhooks: ["name"],
  }),
);

/** Maps of the built-in kinds that have one owner as a whole. */
const wholeMaps = new Set([
  "configMapKeyRef",
  "fieldRef",
  "labelSelector",
  "namespaceSelector",
  "nodeSelector",
  "objectSelector",
  "podSelector",
  "resourceFieldRef",
  "roleRef",
  "scaleTargetRef",
  "secretKeyRef",
  "selector",
]);

/** The lists inside `spec.schema` of a CustomResourceDefinition and of custom resources have no keys that we know of. */
export const shapeOfCustom: ShapeOf = (path, value) => {
  if (path[0] === "metadata") return metadataShape(path, value);
  return isJsonObject(value) ? map : whole;
};

export const shapeOfBuiltIn: ShapeOf = (path, value) => {
  if (path[0] === "metadata") return metadataShape(path, value);
  const name = path.at(-1) ?? "";
  if (isJsonObject(value)) return wholeMaps.has(name) ? whole : map;
  if (!Array.isArray(value)) return whole;
  if (path[0] === "imagePullSecrets") return whole; // of a ServiceAccount, unlike those of a pod
  if (path[0] === "secrets") return { kind: "keyed", keys: ["name"] };
  const keys = name === "ports" ? portKeys(path) : keyedLists.get(name);
  return keys === undefined ? whole : { kind: "keyed", keys };
};

function metadataShape(path: readonly string[], value: Json): Shape {
  if (isJsonObject(value)) return map;
  if (path.length === 2 && path[1] === "finalizers") return { kind: "set" };
  if (path.length === 2 && path[1] === "ownerReferences") return { kind: "keyed", keys: ["uid"] };
  return whole;
}

function portKeys(path: readonly string[]): readonly string[] | undefined {
  if (path.at(-2) === "containers" || path.at(-2) === "initContainers") return ["containerPort", "protocol"];
  return path.length === 2 ? ["port", "protocol"] : undefined; // spec.ports of a Service
}

/** The key of a list item in `fieldsV1` notation, or undefined when the item lacks one of its key fields. */
export function itemKey(shape: Shape, item: Json): string | undefined {
  if (shape.kind === "set") return `v:${canonicalJson(item)}`;
  if (shape.kind !== "keyed") return undefined;
  const entries = shape.keys.map((key) => [key, member(item, key) ?? (key === "protocol" ? "TCP" : undefined)] as const);
  return entries.some(([, value]) => value === undefined) ? undefined : `k:${canonicalJson(Object.fromEntries(entries))}`;
}

/** The items of a list under their keys, in order. Foreign writers can store two items of one key, hence lists. */
export function itemsByKey(shape: Shape, list: readonly Json[]): ReadonlyMap<string, readonly Json[]> {
  const items = new Map<string, Json[]>();
  for (const [position, item] of list.entries()) {
    const key = itemKey(shape, item) ?? `i:${position}`;
    items.set(key, [...(items.get(key) ?? []), item]);
  }
  return items;
}
