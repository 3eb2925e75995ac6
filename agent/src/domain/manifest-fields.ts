import { isJsonObject, type JsonObject, member, memberAt } from "@drover/kit";
import type { Manifest } from "./manifest.ts";

/** The value if it is text, else nothing: what a cluster says is not always what its schema says. */
export const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

const text = (value: unknown): string | undefined => textOf(value) || undefined;

export const namespaceOf = (object: Manifest): string | undefined => text(member(object.metadata, "namespace"));
export const uidOf = (object: Manifest): string => text(member(object.metadata, "uid")) ?? "";
export const resourceVersionOf = (object: Manifest): string => text(member(object.metadata, "resourceVersion")) ?? "";
export const labelOf = (object: Manifest, name: string): string | undefined => text(memberAt(object.metadata, "labels", name));
export const annotationOf = (object: Manifest, name: string): string | undefined => text(memberAt(object.metadata, "annotations", name));
/** A finalizer still holds it: it cannot be brought back before it is gone. */
export const isBeingDeleted = (object: Manifest): boolean => member(object.metadata, "deletionTimestamp") !== undefined;

/** One manager's entry of `metadata.managedFields`. */
export interface ManagedFields extends JsonObject {
  readonly manager: string;
  readonly operation: string;
}

export const managedFieldsOf = (object: Manifest): readonly ManagedFields[] => {
  const entries = member(object.metadata, "managedFields");
  return Array.isArray(entries) ? entries.filter(isManagedFields) : [];
};

const isManagedFields = (entry: unknown): entry is ManagedFields =>
  isJsonObject(entry) && typeof entry["manager"] === "string" && typeof entry["operation"] === "string";

/**
 * Whether `a` was written after `b`. Kubernetes promises since 1.35 that resource versions are decimal numbers in the
 * order of writes; etcd and every server derived from it have always done so. An empty one is older than any.
 */
export const isLaterVersion = (a: string, b: string): boolean => (a.length === b.length ? a > b : a.length > b.length);
