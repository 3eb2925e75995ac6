import type { JsonObject } from "@drover/kit";

/** A Kubernetes object as the API server gave it: every field kept, integers beyond 2^53 as bigints. */
export interface KubeObject extends JsonObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
}

export interface ObjectMeta extends JsonObject {
  readonly name: string;
}

/** One kind that the API server serves. */
export interface Resource {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
}

/** The kinds of a cluster, as far as its servers answered. */
export interface Discovered {
  readonly resources: readonly Resource[];
  /** Groups whose own server does not answer. What they serve is not known, which is not the same as gone. */
  readonly unanswered: readonly string[];
}

export interface ObjectRef {
  readonly resource: Resource;
  /** Undefined for cluster-scoped kinds. */
  readonly namespace: string | undefined;
  readonly name: string;
}

export interface ApplyOptions {
  readonly fieldManager: string;
  /** Takes fields over from other managers instead of failing with CONFLICT. */
  readonly force: boolean;
  readonly dryRun?: boolean;
}

export interface ReplaceOptions {
  /** `drover-agent` when absent. */
  readonly fieldManager?: string;
  readonly dryRun?: boolean;
}

/** As `metadata.resourceVersion` of what is applied, with force: an object that exists is KUBE_STALE and stays as it is (docs/adr/0012). */
export const onlyIfAbsent = "1";

export interface ListOptions {
  readonly labelSelector?: string;
  /** Such as `involvedObject.uid=…`; which fields can be asked for depends on the kind. */
  readonly fieldSelector?: string;
  readonly namespace?: string;
}

export interface ObjectList {
  readonly items: readonly KubeObject[];
  readonly resourceVersion: string;
}

export type WatchEvent =
  | { readonly type: "ADDED" | "MODIFIED" | "DELETED"; readonly object: KubeObject }
  | { readonly type: "BOOKMARK"; readonly resourceVersion: string };

export interface DeletePrecondition {
  readonly uid: string;
  readonly resourceVersion?: string;
}

export interface LogOptions {
  /** The pod's only container when absent. */
  readonly container?: string;
  /** Goes on until the container ends or the signal aborts. */
  readonly follow?: boolean;
  /** Of the container's run before this one. */
  readonly previous?: boolean;
  readonly tailLines?: number;
  /** Only what was written within so many seconds, or since then. */
  readonly sinceSeconds?: number;
  readonly sinceTime?: string;
  /** A time before each line. */
  readonly timestamps?: boolean;
}

/**
 * All that the agent asks of a cluster. Two implementations pass one contract suite: adapters/kube (a real API server)
 * and adapters/memory. Every call fails with a DroverError; codes:
 *
 * | code | kind | when |
 * |---|---|---|
 * | KUBE_CONFLICT | wrong-state | server-side apply met another manager; details.conflicts lists `{manager, field}` |
 * | KUBE_STALE | stale | a resourceVersion or uid precondition did not hold |
 * | KUBE_NOT_FOUND | not-found | the object, its namespace or its kind does not exist |
 * | KUBE_EXISTS | exists | create met an object of that name |
 * | KUBE_INVALID | invalid | the server refused the object (400, 422); details.causes |
 * | KUBE_IMMUTABLE | invalid | 422 because a field is immutable; details.fields |
 * | KUBE_FORBIDDEN | forbidden | RBAC or admission refused it |
 * | KUBE_UNAUTHENTICATED | unauthenticated | the server refused our token or certificate, or we have none |
 * | KUBE_GONE | stale | list or watch from a resourceVersion that is too old: list again |
 * | KUBE_THROTTLED | exhausted | 429; details.retryAfterMs |
 * | KUBE_UNAVAILABLE | unavailable | no answer, 5xx, or a cut connection |
 * | KUBE_TIMEOUT | timeout | no answer within 30 s |
 * | KUBE_CANCELLED | cancelled | the signal aborted a call; an aborted watch ends without an error |
 */
export interface Kube {
  /** Every kind the server serves, preferred version of each group first. */
  discover(signal: AbortSignal): Promise<Discovered>;
  /** Server-side apply. Answers the object as stored, managedFields included. */
  apply(ref: ObjectRef, object: KubeObject, options: ApplyOptions, signal: AbortSignal): Promise<KubeObject>;
  create(ref: ObjectRef, object: KubeObject, signal: AbortSignal): Promise<KubeObject>;
  /** Replaces the object; `metadata.resourceVersion` in it is the precondition. */
  replace(ref: ObjectRef, object: KubeObject, signal: AbortSignal, options?: ReplaceOptions): Promise<KubeObject>;
  /** Writes `metadata.managedFields` under a resourceVersion precondition: how a person's additions are evicted (see domain/drift). */
  replaceManagedFields(
    ref: ObjectRef,
    managedFields: readonly JsonObject[],
    resourceVersion: string,
    signal: AbortSignal,
  ): Promise<KubeObject>;
  get(ref: ObjectRef, signal: AbortSignal): Promise<KubeObject | undefined>;
  /** The complete list, read in pages of 500 from one consistent snapshot. */
  list(resource: Resource, options: ListOptions, signal: AbortSignal): Promise<ObjectList>;
  /** Events after `resourceVersion`, bookmarks included, until the signal aborts or the server ends the stream. */
  watch(resource: Resource, options: ListOptions, resourceVersion: string, signal: AbortSignal): AsyncIterable<WatchEvent>;
  /** Deletes exactly the object with this uid (and resourceVersion, when given); dependents go in the background. */
  delete(ref: ObjectRef, precondition: DeletePrecondition, signal: AbortSignal): Promise<void>;
  /** A container's log as it was written, in pieces that need not end with a line. */
  logs(pod: { readonly namespace: string; readonly name: string }, options: LogOptions, signal: AbortSignal): AsyncIterable<Buffer>;
  /** The same cluster with another user's rights, such as `system:serviceaccount:shop:deployer`. Connections are shared. */
  as(user: string): Kube;
  /** The same cluster, where every write asks `check` in the tick in which it leaves; `check` throws to refuse it. */
  fenced(check: () => void): Kube;
}
