import type { JsonObject } from "@drover/kit";
import type {
  ApplyOptions,
  DeletePrecondition,
  KubeObject,
  ListOptions,
  LogOptions,
  ObjectRef,
  ReplaceOptions,
  Resource,
} from "../../app/kube.ts";
import type { Part } from "./api-server.ts";

// How an agent speaks to clusters in another process: POST /CLUSTER/CALL over a unix socket with the call's arguments as a JSON
// array; the answer is its result, or a Failure with status 400. A watch answers lines, each an event or, at last, a Failure.

export interface Calls {
  readonly discover: readonly [];
  readonly apply: readonly [ObjectRef, KubeObject, ApplyOptions];
  readonly create: readonly [ObjectRef, KubeObject];
  readonly replace: readonly [ObjectRef, KubeObject, ReplaceOptions];
  readonly replaceManagedFields: readonly [ObjectRef, readonly JsonObject[], string];
  readonly get: readonly [ObjectRef];
  readonly list: readonly [Resource, ListOptions];
  readonly delete: readonly [ObjectRef, DeletePrecondition];
  readonly logs: readonly [{ readonly namespace: string; readonly name: string }, LogOptions];
  readonly "admin.list": readonly [Resource, ListOptions];
  readonly "admin.applyAs": readonly [string, ObjectRef, KubeObject];
  readonly "admin.create": readonly [string, ObjectRef, KubeObject];
  readonly "admin.replace": readonly [string, ObjectRef, KubeObject];
  readonly "admin.merge": readonly [string, ObjectRef, JsonObject, Part];
  readonly "admin.delete": readonly [ObjectRef];
  readonly "admin.compact": readonly [];
}

export type WatchCall = readonly [Resource, ListOptions, resourceVersion: string];

export interface Failure {
  readonly kind: string;
  readonly code: string;
  readonly message: string;
  readonly details: JsonObject;
}

/** Above any list that the in-memory clusters can hold in practice. */
export const maxMessageLength = 256 * 1024 * 1024;
