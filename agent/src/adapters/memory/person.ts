import { type JsonObject } from "@drover/kit";
import type { KubeObject, ListOptions, ObjectRef, Resource } from "../../app/kube.ts";
import type { ApiServer, Part } from "./api-server.ts";
import { collectionOf, type ObjectStore } from "./store.ts";
import { inView } from "./watch.ts";

/** What somebody with kubectl may do to a cluster, as the field manager they name. */
export interface Person {
  get(ref: ObjectRef): Promise<KubeObject | undefined>;
  list(resource: Resource, options?: ListOptions): Promise<readonly KubeObject[]>;
  /** `kubectl apply --server-side --force-conflicts`. */
  applyAs(manager: string, ref: ObjectRef, object: KubeObject): Promise<KubeObject>;
  create(manager: string, ref: ObjectRef, object: KubeObject): Promise<KubeObject>;
  replace(manager: string, ref: ObjectRef, object: KubeObject): Promise<KubeObject>;
  /** JSON merge patch, as `kubectl edit`, `scale` or `label`; of the status with `part`, as controllers do. */
  merge(manager: string, ref: ObjectRef, patch: JsonObject, part?: Part): Promise<KubeObject>;
  delete(ref: ObjectRef): Promise<void>;
}

export function createPerson(store: ObjectStore, api: ApiServer): Person {
  return {
    get: async (ref) => api.get(ref),
    list: async (resource, options = {}) => store.list(collectionOf(resource), options.namespace).filter(inView(options)),
    applyAs: async (manager, ref, object) => api.apply(ref, object, { fieldManager: manager, force: true }),
    create: async (manager, ref, object) => api.create(ref, object, manager),
    replace: async (manager, ref, object) => api.replace(ref, object, manager),
    merge: async (manager, ref, patch, part) => api.merge(ref, patch, manager, part),
    delete: async (ref) => api.delete(ref, {}),
  };
}
