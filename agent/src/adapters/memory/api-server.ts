import { isDeepStrictEqual } from "node:util";
import { isJsonObject, type Instant, type Json, type JsonObject, member, rfc3339 } from "@drover/kit";
import type { ApplyOptions, KubeObject, ObjectRef, Resource } from "../../app/kube.ts";
import { withDefaults } from "./defaults.ts";
import { duplicateKey } from "./duplicates.ts";
import { withoutEmptyFields } from "./empty-fields.ts";
import { shapeOfBuiltIn, shapeOfCustom, type ShapeOf } from "./field-shape.ts";
import { countsGenerations, isBuiltIn, namespaces, servedResources } from "./kinds.ts";
import { mergePatch, withoutNulls } from "./merge-patch.ts";
import { applyFields, isUnchanged, updateFields, type Writer } from "./ownership.ts";
import { conflict, exists, immutable, invalid, kindNotFound, namespaceNotFound, notFound, stale } from "./refusals.ts";
import { collectionOf, type ObjectStore } from "./store.ts";
import { checkNamespaceTakes, checkSent, checkStored, finalizersOf, isDying } from "./validation.ts";

export interface ApiServerDeps {
  readonly store: ObjectStore;
  readonly now: () => Instant;
  readonly newUid: () => string;
}

export interface Precondition {
  readonly uid?: string;
  readonly resourceVersion?: string;
}

/** Which part of the object a plain write is for: everything else in it is ignored. */
export type Part = "object" | "status";

/** What a client may ask of the cluster, synchronously. Throws the port's errors. */
export interface ApiServer {
  apply(ref: ObjectRef, object: KubeObject, options: ApplyOptions): KubeObject;
  create(ref: ObjectRef, object: KubeObject, manager: string): KubeObject;
  replace(ref: ObjectRef, object: KubeObject, manager: string, part?: Part, isDryRun?: boolean): KubeObject;
  /** JSON merge patch, as `kubectl edit`, `scale` and `label` send it. */
  merge(ref: ObjectRef, patch: JsonObject, manager: string, part?: Part): KubeObject;
  get(ref: ObjectRef): KubeObject | undefined;
  delete(ref: ObjectRef, precondition: Precondition): void;
}

export function createApiServer({ store, now, newUid }: ApiServerDeps): ApiServer {
  const time = (): string => rfc3339(now()).replace(/\.\d+Z$/, "Z");

  const current = (ref: ObjectRef): KubeObject | undefined => {
    const { resource } = ref;
    const served = isBuiltIn(resource) || servedResources(store).some((one) => isDeepStrictEqual(idOf(one), idOf(resource)));
    if (!served) throw kindNotFound(resource);
    const object = store.get(collectionOf(resource), ref.namespace, ref.name);
    return object === undefined ? undefined : inVersion(object, resource);
  };

  const existing = (ref: ObjectRef): KubeObject => {
    const live = current(ref);
    if (live === undefined) throw notFound(ref);
    return live;
  };

  const checkNamespace = (ref: ObjectRef): void => {
    if (ref.namespace === undefined) return;
    const namespace = store.get(collectionOf(namespaces), undefined, ref.namespace);
    if (namespace === undefined) throw namespaceNotFound(ref);
    checkNamespaceTakes(ref, namespace);
  };

  /** What the server itself writes into an object on its way to the store. */
  const finished = (ref: ObjectRef, before: KubeObject | undefined, sent: KubeObject): KubeObject => {
    const next = defaulted(ref, sent);
    const counts = countsGenerations(ref.resource);
    const moved = before !== undefined && counts && !isDeepStrictEqual(specOf(before), specOf(next));
    const generation = before === undefined ? 1 : Number(before.metadata["generation"] ?? 1) + (moved ? 1 : 0);
    const {
      resourceVersion: _resourceVersion,
      deletionTimestamp: _deletionTimestamp,
      generation: _generation,
      ...metadata
    } = next.metadata;
    return {
      ...next,
      metadata: {
        ...metadata,
        ...(ref.namespace === undefined ? {} : { namespace: ref.namespace }),
        ...(ref.resource.kind === "Namespace"
          ? { labels: { ...jsonObject(next.metadata["labels"]), "kubernetes.io/metadata.name": ref.name } }
          : {}),
        uid: before?.metadata["uid"] ?? newUid(),
        creationTimestamp: before?.metadata["creationTimestamp"] ?? time(),
        ...(counts ? { generation } : {}),
        ...(before !== undefined && isDying(before) ? { deletionTimestamp: before.metadata["deletionTimestamp"] ?? null } : {}),
      },
    };
  };

  const write = (ref: ObjectRef, before: KubeObject | undefined, next: KubeObject, isDryRun: boolean): KubeObject => {
    checkStored(ref, before, next);
    if (before !== undefined && isUnchanged(before, next)) return before;
    if (isDryRun) return before === undefined ? next : withVersionOf(before, next);
    const stored = store.put(collectionOf(ref.resource), next);
    if (isDying(stored) && finalizersOf(stored).length === 0) remove(ref);
    return stored;
  };

  const remove = (ref: ObjectRef): void => store.remove(collectionOf(ref.resource), ref.namespace, ref.name);

  const create = (ref: ObjectRef, object: KubeObject, manager: string): KubeObject => {
    checkSent(ref, object);
    if (current(ref) !== undefined) throw exists(ref);
    checkNamespace(ref);
    const sent = defaulted(ref, withoutStatus(withoutNulls(object) as KubeObject));
    const owned = updateFields(shapeFor(ref), undefined, sent, writer(ref, manager, "Update"), time());
    return write(ref, undefined, finished(ref, undefined, owned), false);
  };

  const update = (ref: ObjectRef, live: KubeObject, next: KubeObject, manager: string, part: Part, isDryRun = false): KubeObject => {
    checkSent(ref, next);
    checkPrecondition(ref, live, { resourceVersion: next.metadata["resourceVersion"], uid: next.metadata["uid"] });
    const sent =
      part === "status"
        ? { ...live, status: member(next, "status") ?? {} }
        : defaulted(ref, withStatusOf(live, withoutNulls(next) as KubeObject));
    const by = writer(ref, manager, "Update", part === "status" ? "status" : undefined);
    return write(ref, live, finished(ref, live, updateFields(shapeFor(ref), live, sent, by, time())), isDryRun);
  };

  return {
    get: current,
    create,
    apply: (ref, object, { fieldManager, force, dryRun = false }) => {
      checkSent(ref, object);
      if (object.metadata["managedFields"] !== undefined) throw invalid(ref, "metadata.managedFields must be nil");
      const duplicate = duplicateKey(shapeFor(ref), object);
      if (duplicate !== undefined) throw invalid(ref, `${duplicate}: duplicate entries for key`);
      const live = current(ref);
      const uid = object.metadata["uid"];
      if (live !== undefined && uid !== undefined && uid !== live.metadata["uid"]) throw immutable(ref, "metadata.uid");
      // As on a server: a resource version says which object may be changed, not that there has to be one.
      checkPrecondition(ref, live, { resourceVersion: live && object.metadata["resourceVersion"], uid });
      if (live === undefined) checkNamespace(ref);
      const sent = withoutStatus(withoutNulls(object) as KubeObject);
      const result = applyFields(shapeFor(ref), live, sent, writer(ref, fieldManager, "Apply"), force, time());
      if (result.kind === "conflict") throw conflict(ref, result.conflicts);
      return write(ref, live, finished(ref, live, result.object), dryRun);
    },
    replace: (ref, object, manager, part = "object", isDryRun = false) => update(ref, existing(ref), object, manager, part, isDryRun),
    merge: (ref, patch, manager, part = "object") => {
      const live = existing(ref);
      return update(ref, live, mergePatch(live, patch) as KubeObject, manager, part);
    },
    delete: (ref, precondition) => {
      const live = existing(ref);
      checkPrecondition(ref, live, precondition);
      const isNamespace = ref.resource.kind === "Namespace"; // goes once its controller has emptied it
      if (!isNamespace && finalizersOf(live).length === 0) return remove(ref);
      if (isDying(live)) return;
      const status = isNamespace ? { status: { phase: "Terminating" } } : {};
      const metadata = { ...live.metadata, deletionTimestamp: time(), deletionGracePeriodSeconds: 0 };
      store.put(collectionOf(ref.resource), { ...live, ...status, metadata });
    },
  };
}

const idOf = ({ group, version, plural }: Resource): readonly string[] => [group, version, plural];
const defaulted = (ref: ObjectRef, object: KubeObject): KubeObject =>
  isBuiltIn(ref.resource) ? withDefaults(withoutEmptyFields(object)) : object;
const shapeFor = (ref: ObjectRef): ShapeOf => (isBuiltIn(ref.resource) ? shapeOfBuiltIn : shapeOfCustom);
const apiVersionOf = ({ group, version }: Resource): string => (group === "" ? version : `${group}/${version}`);

const writer = (ref: ObjectRef, manager: string, operation: Writer["operation"], subresource?: string): Writer => ({
  manager,
  operation,
  apiVersion: apiVersionOf(ref.resource),
  ...(subresource === undefined ? {} : { subresource }),
});

/** Custom resources are stored once and served in every version of their definition, without conversion. */
export function inVersion(object: KubeObject, resource: Resource): KubeObject {
  const apiVersion = apiVersionOf(resource);
  return object.apiVersion === apiVersion ? object : { ...object, apiVersion };
}

function checkPrecondition(
  ref: ObjectRef,
  live: KubeObject | undefined,
  wanted: { readonly [key in keyof Precondition]: Json | undefined },
): void {
  for (const field of ["uid", "resourceVersion"] as const) {
    const want = wanted[field];
    const have = live?.metadata[field];
    if (want !== undefined && want !== "" && want !== have) throw stale(ref, `${field} is ${String(have)}, not ${String(want)}`);
  }
}

const withVersionOf = (live: KubeObject, next: KubeObject): KubeObject => ({
  ...next,
  metadata: { ...next.metadata, resourceVersion: live.metadata["resourceVersion"] ?? "" },
});

const jsonObject = (value: Json | undefined): JsonObject => (isJsonObject(value) ? value : {});

function specOf(object: KubeObject): JsonObject {
  const { apiVersion: _apiVersion, kind: _kind, metadata: _metadata, status: _status, ...rest } = object;
  return rest;
}

/** Status is written through its own subresource; in a write of the object it is ignored. */
function withoutStatus(object: KubeObject): KubeObject {
  const { status: _status, ...rest } = object;
  return rest as unknown as KubeObject;
}

function withStatusOf(live: KubeObject, object: KubeObject): KubeObject {
  const status = member(live, "status");
  return status === undefined ? withoutStatus(object) : { ...object, status };
}
