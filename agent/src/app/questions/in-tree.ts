import { DroverError, isJsonObject, type JsonObject, member } from "@drover/kit";
import type { QueryObject } from "@drover/proto/wire";
import { textOf, uidOf } from "../../domain/manifest-fields.ts";
import { groupOf, type Manifest, nameOf, type ObjectId } from "../../domain/manifest.ts";
import { canBeDescendant } from "../../domain/tree/child-kinds.ts";
import { claimOwner } from "../../domain/tree/claim-owner.ts";
import type { KubeObject } from "../kube.ts";
import type { Asked } from "./asked.ts";
import { type Parent, type Root, rootOf, rootsOf } from "./roots.ts";

/** An object that a question names: applied by the application, or made of something that is. */
export type InTree =
  | { readonly kind: "root"; readonly root: Root }
  | { readonly kind: "descendant"; readonly id: ObjectId; readonly object: KubeObject };

/** From a pod to the custom resource whose operator made it. */
const maxGenerations = 6;

/**
 * The object if it is in the application's tree. Throws OBJECT_NOT_IN_TREE, whether it exists or not: what an application's
 * questions cannot reach, they cannot probe for either.
 */
export async function findInTree(asked: Asked, named: QueryObject): Promise<InTree> {
  const id: ObjectId = { ...named, namespace: named.namespace };
  const root = rootOf(asked.application, named);
  if (root) return { kind: "root", root };
  await asked.context.discovery.ready(asked.signal);
  const object = await descendant(asked, id);
  if (object) return { kind: "descendant", id, object };
  throw new DroverError(
    "not-found",
    "OBJECT_NOT_IN_TREE",
    `ask about ${nameOf(id)}: it is not in the tree of application ${asked.application.name}`,
  );
}

/** The object itself, if one of its owners, or theirs, is applied by the application. Only kinds that can be are read at all. */
async function descendant(asked: Asked, id: ObjectId, uid?: string, generation = 0): Promise<KubeObject | undefined> {
  const roots = rootsOf(asked.application).filter((root) => root.id.namespace === id.namespace || root.id.namespace === undefined);
  if (!canBeDescendant(id) || roots.length === 0 || generation >= maxGenerations) return undefined;
  const object = await read(asked, id);
  if (!object || (uid !== undefined && uidOf(object) !== uid)) return undefined;
  const known = new Set(roots.map(({ uid: of }) => of));
  const claimed = claimOwner(
    object,
    roots.map((root) => root.id),
  );
  if (claimed) return object;
  for (const owner of ownersOf(object)) {
    if (known.has(owner.uid)) return object;
    const above = { group: groupOf(owner.apiVersion), kind: owner.kind, namespace: id.namespace, name: owner.name };
    if (await descendant(asked, above, owner.uid, generation + 1)) return object;
  }
  return undefined;
}

async function read(asked: Asked, { group, kind, namespace, name }: ObjectId): Promise<KubeObject | undefined> {
  const resource = asked.context.discovery.find(group, kind);
  if (!resource || resource.namespaced !== (namespace !== undefined)) return undefined;
  const { kube } = asked.application.access;
  return asked.requests.run(`get ${kind}.${group} ${namespace}/${name}`, () => kube.get({ resource, namespace, name }, asked.signal));
}

const ownersOf = (
  object: Manifest,
): readonly { readonly apiVersion: string; readonly kind: string; readonly name: string; readonly uid: string }[] => {
  const owners = member(object.metadata, "ownerReferences");
  return (Array.isArray(owners) ? owners.filter(isJsonObject) : []).map((owner: JsonObject) => ({
    apiVersion: textOf(owner["apiVersion"]),
    kind: textOf(owner["kind"]),
    name: textOf(owner["name"]),
    uid: textOf(owner["uid"]),
  }));
};

/** The object as it is in the cluster. Throws KUBE_NOT_FOUND when it is only in git. */
export async function liveOf(asked: Asked, found: InTree): Promise<KubeObject> {
  if (found.kind === "descendant") return found.object;
  const { id, version } = found.root;
  const resource = asked.context.discovery.find(id.group, id.kind, version);
  const { kube } = asked.application.access;
  const object = resource && (await kube.get({ resource, namespace: id.namespace, name: id.name }, asked.signal));
  if (!object) throw new DroverError("not-found", "KUBE_NOT_FOUND", `read ${nameOf(id)}: it is in git and not in the cluster`);
  return object;
}

/** As a parent of what was made of it. */
export const parentOf = (found: InTree): Parent =>
  found.kind === "root" ? found.root : { id: found.id, uid: uidOf(found.object), manifest: found.object };
