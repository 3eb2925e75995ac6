import { canonicalJson, type Json, type JsonObject, member } from "@drover/kit";

/** What becomes of the objects when one bundle follows another, by their names, sorted. */
export interface ObjectChanges {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

/** Compares two bundles object by object. What names no object is left out; a hook without a name of its own is its prefix. */
export function compareObjects(before: readonly JsonObject[], after: readonly JsonObject[]): ObjectChanges {
  const [old, young] = [byName(before), byName(after)];
  return {
    added: [...young.keys()].filter((name) => !old.has(name)).sort(),
    changed: [...young]
      .filter(([name, object]) => old.has(name) && canonicalJson(old.get(name)) !== canonicalJson(object))
      .map(nameOf)
      .sort(),
    removed: [...old.keys()].filter((name) => !young.has(name)).sort(),
  };
}

const nameOf = ([name]: readonly [string, JsonObject]): string => name;

const byName = (objects: readonly JsonObject[]): ReadonlyMap<string, JsonObject> =>
  new Map(objects.map((object) => [shownName(object), object]));

/** `Deployment shop/web`; kinds of other groups than Kubernetes' own carry theirs, since two groups may share a kind. */
function shownName(object: JsonObject): string {
  const metadata = object["metadata"];
  const [group] = text(object["apiVersion"]).includes("/") ? text(object["apiVersion"]).split("/") : [""];
  const kind = group?.includes(".") === true && !group.endsWith(".k8s.io") ? `${text(object["kind"])}.${group}` : text(object["kind"]);
  const namespace = text(member(metadata, "namespace"));
  const name = text(member(metadata, "name")) || `${text(member(metadata, "generateName"))}*`;
  return `${kind} ${namespace === "" ? "" : `${namespace}/`}${name}`;
}

const text = (value: Json | undefined): string => (typeof value === "string" ? value : "");
