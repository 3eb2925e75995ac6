import { canonicalJson, isJsonObject, parseJson } from "@drover/kit";
import { fingerprint } from "../fingerprint.ts";
import { type ManagedFields, managedFieldsOf } from "../manifest-fields.ts";
import type { Manifest } from "../manifest.ts";

/** Kubernetes' set of owned fields: `f:name` a member, `k:{…}` a list item by its keys, `v:…` a set's value, `i:n` a position, `.` the item itself. */
export type FieldsV1 = { readonly [key: string]: FieldsV1 };

/** Distinct from every value: null and "" are values. */
const absent = "\u0000absent";

/** Our own entry of the object's managed fields, as canonical JSON; `{}` for an object without a field beyond its name. */
export function ownFieldsOf(object: Manifest, fieldManager: string): string {
  const own = managedFieldsOf(object).find((entry) => isOwn(entry, fieldManager));
  return canonicalJson(isJsonObject(own?.["fieldsV1"]) ? own["fieldsV1"] : {});
}

export const isOwn = (entry: ManagedFields, fieldManager: string): boolean =>
  entry.manager === fieldManager && entry.operation === "Apply" && entry["subresource"] === undefined;

/**
 * Fingerprint of the part of a live object that we own. `fields` is our entry in the answer to our last apply, never the
 * live one: another client's plain update takes ownership away. Defaults and webhooks are in that answer, so they are no drift.
 */
export const projectionOf = (fields: string, object: Manifest): string =>
  fingerprint(project(parseJson(fields) as unknown as FieldsV1, object));

function project(fields: FieldsV1, value: unknown): string {
  const keys = Object.keys(fields).sort();
  if (value === undefined) return absent;
  if (keys.length === 0) return canonicalJson(value); // a leaf: scalar, atomic list or map, or an applied {} or []
  const parts: string[] = [];
  const order: [position: number, key: string][] = [];
  for (const key of keys) {
    const inner = fields[key]!;
    const rest = key.slice(2);
    if (key === ".") parts.push(".");
    else if (key.startsWith("f:")) parts.push(`${key}=${project(inner, ownMember(value, rest))}`);
    else if (key.startsWith("i:")) parts.push(`${key}=${project(inner, Array.isArray(value) ? value[Number(rest)] : undefined)}`);
    else {
      const matches = elementsOf(key, rest, value);
      for (const [position] of matches) order.push([position, key]);
      const seen = matches.map(([, element]) => (key.startsWith("v:") ? "1" : project(inner, element)));
      parts.push(`${key}=${seen.length > 0 ? seen.join("|") : absent}`); // all matches: an appended duplicate is drift
    }
  }
  // The order of keyed items has meaning: init containers, environment variables that use each other.
  order.sort(([a], [b]) => a - b);
  if (order.length > 0) parts.push(`order=${order.map(([, key]) => key).join(",")}`);
  return `(${parts.join(";")})`;
}

function elementsOf(key: string, rest: string, list: unknown): readonly [number, unknown][] {
  if (!Array.isArray(list)) return [];
  const wanted: unknown = parseJson(rest);
  return [...list.entries()].filter(([, element]) => isElement(key, wanted, element));
}

function isElement(key: string, wanted: unknown, element: unknown): boolean {
  if (key.startsWith("v:")) return canonicalJson(element) === canonicalJson(wanted);
  return Object.entries(wanted as object).every(
    ([name, expected]) => canonicalJson(ownMember(element, name) ?? null) === canonicalJson(expected),
  );
}

const ownMember = (value: unknown, name: string): unknown => (isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined);
