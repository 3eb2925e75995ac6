import { canonicalJson } from "@drover/kit";
import { fingerprint } from "../fingerprint.ts";
import { type ManagedFields, managedFieldsOf } from "../manifest-fields.ts";
import type { Manifest } from "../manifest.ts";
import { type FieldsV1, fieldsFrom, isNothing, ownMember, parseFields, positionsOf } from "./field-set.ts";

/** Distinct from every value: null and "" are values. */
const absent = "\u0000absent";

/** Our own entry of the object's managed fields, as canonical JSON; `{}` for an object without a field beyond its name. */
export const ownFieldsOf = (object: Manifest, fieldManager: string): string => canonicalJson(ownFieldSetOf(object, fieldManager));

export const ownFieldSetOf = (object: Manifest, fieldManager: string): FieldsV1 =>
  fieldsFrom(managedFieldsOf(object).find((entry) => isOwn(entry, fieldManager))?.["fieldsV1"]);

export const isOwn = (entry: ManagedFields, fieldManager: string): boolean =>
  entry.manager === fieldManager && entry.operation === "Apply" && entry["subresource"] === undefined;

/**
 * Fingerprint of the part of a live object that we own. `fields` is our entry in the answer to our last apply, never the
 * live one: another client's plain update takes ownership away. Defaults and webhooks are in that answer, so they are no drift.
 */
export function projectionOf(fields: string, object: Manifest): string {
  const owned = parseFields(fields);
  return fingerprint(isNothing(owned) ? "" : project(owned, object)); // an empty set within another one is a leaf, by itself it is nothing
}

function project(fields: FieldsV1, value: unknown): string {
  if (value === undefined) return absent;
  if (isNothing(fields)) return canonicalJson(value); // a leaf: scalar, atomic list or map, or an applied {} or []
  const parts: string[] = [];
  const order: [position: number, key: string][] = [];
  for (const key of Object.keys(fields).sort()) {
    const inner = fields[key]!;
    const rest = key.slice(2);
    if (key === ".") parts.push(".");
    else if (key.startsWith("f:")) parts.push(`${key}=${project(inner, ownMember(value, rest))}`);
    else if (key.startsWith("i:")) parts.push(`${key}=${project(inner, Array.isArray(value) ? value[Number(rest)] : undefined)}`);
    else {
      const positions = positionsOf(key, value);
      for (const position of positions) order.push([position, key]);
      const seen = positions.map((position) => (key.startsWith("v:") ? "1" : project(inner, (value as readonly unknown[])[position])));
      parts.push(`${key}=${seen.length > 0 ? seen.join("|") : absent}`); // all matches: an appended duplicate is drift
    }
  }
  // The order of keyed items has meaning: init containers, environment variables that use each other.
  order.sort(([a], [b]) => a - b);
  if (order.length > 0) parts.push(`order=${order.map(([, key]) => key).join(",")}`);
  return `(${parts.join(";")})`;
}
