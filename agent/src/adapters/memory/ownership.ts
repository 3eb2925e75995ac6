import { isDeepStrictEqual } from "node:util";
import { type Json, type JsonObject, member, memberAt, textAt } from "@drover/kit";
import type { KubeObject } from "../../app/kube.ts";
import { compare, fieldsOf, merge, prune } from "./field-merge.ts";
import { difference, type FieldSet, fieldPaths, fromFieldsV1, intersection, isEmpty, noFields, toFieldsV1, union } from "./field-set.ts";
import type { ShapeOf } from "./field-shape.ts";

/** Who writes. Two writers with the same four words are one owner. */
export interface Writer {
  readonly manager: string;
  readonly operation: "Apply" | "Update";
  readonly apiVersion: string;
  readonly subresource?: string;
}

export interface FieldConflict {
  readonly manager: string;
  readonly field: string;
}

interface Owner extends Writer {
  readonly time: string;
  readonly fields: FieldSet;
}

export type Applied =
  | { readonly kind: "applied"; readonly object: KubeObject }
  | { readonly kind: "conflict"; readonly conflicts: readonly FieldConflict[] };

/** Server-side apply: states `applied` for `writer`, takes away what it stated before and no longer does. */
export function applyFields(
  shapeOf: ShapeOf,
  live: KubeObject | undefined,
  applied: KubeObject,
  writer: Writer,
  force: boolean,
  time: string,
): Applied {
  const owners = live === undefined ? [] : ownersOf(shapeOf, live);
  const all = fieldsOf(shapeOf, applied);
  const before = owners.find((owner) => isSame(owner, writer))?.fields ?? noFields;
  const others = owners.filter((owner) => !isSame(owner, writer));
  const base = live === undefined ? undefined : withoutManagedFields(live);
  const merged = merge(shapeOf, base, applied);
  const owned = others.reduce((fields, owner) => union(fields, owner.fields), all);
  const next = prune(shapeOf, merged, before, owned);

  const { added, modified, removed } = compare(shapeOf, base ?? {}, next);
  const changed = union(added, modified);
  const conflicts = others.flatMap((owner) =>
    fieldPaths(intersection(owner.fields, changed)).map((field) => ({ manager: owner.manager, field })),
  );
  if (conflicts.length > 0 && !force) return { kind: "conflict", conflicts };
  const left = others.map((owner) => ({ ...owner, fields: difference(difference(owner.fields, changed), removed) }));
  const own: Owner = { ...writer, time, fields: ownable(all) };
  return { kind: "applied", object: withOwners(next as KubeObject, [own, ...left], owners) };
}

/**
 * A plain write (create, replace, patch): the writer comes to own whatever it changed, and nobody is asked. It may bring
 * `managedFields` of its own; `[]` and `[{}]` wipe them out.
 */
export function updateFields(shapeOf: ShapeOf, live: KubeObject | undefined, next: KubeObject, writer: Writer, time: string): KubeObject {
  const owners = decodeOwners(memberAt(next, "metadata", "managedFields") ?? memberAt(live, "metadata", "managedFields"));
  // Once its owners are wiped out, an object is tracked again only from the next apply on.
  if (live !== undefined && owners.length === 0) return withoutManagedFields(next);
  const { added, modified, removed } = compare(shapeOf, live === undefined ? {} : withoutManagedFields(live), withoutManagedFields(next));
  const changed = union(added, modified);
  const gained = ownable(changed);
  const before = owners.find((owner) => isSame(owner, writer));
  const unchanged = isEmpty(gained) && isEmpty(removed);
  const own: Owner = {
    ...writer,
    time: unchanged ? (before?.time ?? time) : time,
    fields: union(difference(before?.fields ?? noFields, removed), gained),
  };
  const others = owners
    .filter((owner) => !isSame(owner, writer))
    .map((owner) => ({ ...owner, fields: difference(difference(owner.fields, removed), changed) }));
  return withOwners(withoutManagedFields(next), [...others, own], owners);
}

/** Whether two forms of an object differ in more than the times of their owners: if not, nothing is written. */
export const isUnchanged = (before: KubeObject, after: KubeObject): boolean => isDeepStrictEqual(withoutTimes(before), withoutTimes(after));

const isSame = (a: Writer, b: Writer): boolean =>
  a.manager === b.manager &&
  a.operation === b.operation &&
  a.subresource === b.subresource &&
  (a.operation === "Apply" || a.apiVersion === b.apiVersion);

/** An object without owners was last written before anybody applied: the server gives all of it to `before-first-apply`. */
function ownersOf(shapeOf: ShapeOf, live: KubeObject): readonly Owner[] {
  const owners = decodeOwners(memberAt(live, "metadata", "managedFields"));
  if (owners.length > 0) return owners;
  const { status: _status, ...rest } = withoutManagedFields(live);
  const fields = ownable(compare(shapeOf, {}, rest).added);
  const time = textAt(live, "metadata", "creationTimestamp");
  return [{ manager: "before-first-apply", operation: "Update", apiVersion: live.apiVersion, time, fields }];
}

function decodeOwners(entries: Json | undefined): readonly Owner[] {
  if (!Array.isArray(entries)) return [];
  return (entries as readonly Json[]).flatMap((entry): readonly Owner[] => {
    const manager = member(entry, "manager");
    if (typeof manager !== "string") return [];
    const subresource = member(entry, "subresource");
    return [
      {
        manager,
        operation: member(entry, "operation") === "Apply" ? "Apply" : "Update",
        apiVersion: textAt(entry, "apiVersion"),
        ...(typeof subresource === "string" && subresource !== "" ? { subresource } : {}),
        time: textAt(entry, "time"),
        fields: fromFieldsV1(member(entry, "fieldsV1")),
      },
    ];
  });
}

function withOwners(object: KubeObject, owners: readonly Owner[], before: readonly Owner[]): KubeObject {
  const kept = owners.filter((owner) => !isEmpty(owner.fields)).map((owner) => ({ ...owner, time: timeOf(owner, before) }));
  kept.sort((a, b) => compareText(a.operation, b.operation) || compareText(a.time, b.time) || compareText(a.manager, b.manager));
  const managedFields = kept.map(({ manager, operation, apiVersion, time, subresource, fields }): JsonObject => ({
    manager,
    operation,
    apiVersion,
    time,
    fieldsType: "FieldsV1",
    fieldsV1: toFieldsV1(fields),
    ...(subresource === undefined ? {} : { subresource }),
  }));
  return { ...object, metadata: { ...object.metadata, managedFields } };
}

/** The time of an entry moves only when its fields do. */
function timeOf(owner: Owner, before: readonly Owner[]): string {
  const earlier = before.find((one) => isSame(one, owner));
  return earlier !== undefined && isDeepStrictEqual(toFieldsV1(earlier.fields), toFieldsV1(owner.fields)) ? earlier.time : owner.time;
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export function withoutManagedFields(object: KubeObject): KubeObject {
  const { managedFields: _managedFields, ...metadata } = object.metadata;
  return { ...object, metadata };
}

function withoutTimes(object: KubeObject): JsonObject {
  const entries = memberAt(object, "metadata", "managedFields");
  const managedFields = Array.isArray(entries) ? (entries as readonly JsonObject[]).map(({ time: _time, ...entry }) => entry) : [];
  return { ...object, metadata: { ...object.metadata, managedFields, resourceVersion: "" } };
}

const unownedMetadata = [
  "creationTimestamp",
  "generation",
  "managedFields",
  "name",
  "namespace",
  "resourceVersion",
  "selfLink",
  "uid",
  "deletionTimestamp",
  "deletionGracePeriodSeconds",
];

/** Identity and what the server writes itself belong to nobody. */
function ownable(fields: FieldSet): FieldSet {
  const children = new Map(fields.children);
  children.delete("f:apiVersion");
  children.delete("f:kind");
  const metadata = children.get("f:metadata");
  if (metadata !== undefined) {
    const kept = new Map([...metadata.children].filter(([key]) => !unownedMetadata.includes(key.slice(2))));
    if (kept.size === 0) children.delete("f:metadata");
    else children.set("f:metadata", { member: false, children: kept });
  }
  return { member: false, children };
}
