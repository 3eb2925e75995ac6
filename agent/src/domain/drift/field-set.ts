import { canonicalJson, isJsonObject, type Json, parseJson } from "@drover/kit";
import type { Places } from "./places.ts";

/** Kubernetes' set of owned fields: `f:name` a member, `k:{…}` a list item by its keys, `v:…` a set's value, `i:n` a position, `.` the item itself. */
export type FieldsV1 = { readonly [key: string]: FieldsV1 };

export const noFields: FieldsV1 = {};

export const fieldsFrom = (value: Json | undefined): FieldsV1 => (isJsonObject(value) ? (value as unknown as FieldsV1) : noFields);

export const parseFields = (text: string): FieldsV1 => fieldsFrom(parseJson(text));

export const isNothing = (fields: FieldsV1): boolean => Object.keys(fields).length === 0;

/** What either of them has. */
export function mergeFields(a: FieldsV1, b: FieldsV1): FieldsV1 {
  const merged = new Map(Object.entries(a));
  for (const [key, inner] of Object.entries(b)) merged.set(key, mergeFields(merged.get(key) ?? noFields, inner));
  return Object.fromEntries(merged);
}

/** What `a` has and `b` has not. Who owns a thing as a whole owns what is in it. */
export function minusFields(a: FieldsV1, b: FieldsV1): FieldsV1 {
  const left = Object.entries(a).flatMap(([key, inner]): [string, FieldsV1][] => {
    if (!Object.hasOwn(b, key)) return [[key, inner]];
    const others = b[key]!;
    if (isNothing(inner) || isNothing(others)) return [];
    const rest = minusFields(inner, others);
    return isNothing(rest) ? [] : [[key, rest]];
  });
  return Object.fromEntries(left);
}

/** The positions in `list` of what a key of a field set names; several where somebody appended a duplicate. */
export function positionsOf(key: string, list: unknown): readonly number[] {
  if (!Array.isArray(list)) return [];
  if (key.startsWith("i:")) return Number(key.slice(2)) < list.length ? [Number(key.slice(2))] : [];
  const wanted = parseJson(key.slice(2));
  return (list as readonly Json[]).flatMap((item, position) => (isNamed(key, wanted, item) ? [position] : []));
}

function isNamed(key: string, wanted: Json, item: Json): boolean {
  if (key.startsWith("v:")) return canonicalJson(item) === canonicalJson(wanted);
  return (
    isJsonObject(wanted) &&
    Object.entries(wanted).every(([name, expected]) => canonicalJson(ownMember(item, name) ?? null) === canonicalJson(expected))
  );
}

export const ownMember = (value: unknown, name: string): Json | undefined =>
  isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;

/** Parts a field set of `value` into what lies at these places and what does not. */
export function splitFields(fields: FieldsV1, value: unknown, places: Places): { readonly inside: FieldsV1; readonly outside: FieldsV1 } {
  const inside: [string, FieldsV1][] = [];
  const outside: [string, FieldsV1][] = [];
  for (const [key, inner] of Object.entries(fields)) {
    const step = stepInto(key, value);
    const place = step ? places.get(step.key) : undefined;
    if (place === "whole") inside.push([key, inner]);
    else if (place === undefined || !step || isNothing(inner)) outside.push([key, inner]);
    else {
      const parts = splitFields(inner, step.value, place);
      if (!isNothing(parts.inside)) inside.push([key, parts.inside]);
      if (!isNothing(parts.outside)) outside.push([key, parts.outside]);
    }
  }
  return { inside: Object.fromEntries(inside), outside: Object.fromEntries(outside) };
}

interface Step {
  readonly key: string | number;
  readonly value: unknown;
}

/** Where a key of a field set leads in the value; nowhere if it is not there. */
function stepInto(key: string, value: unknown): Step | undefined {
  if (key.startsWith("f:")) {
    const name = key.slice(2);
    const inner = ownMember(value, name);
    return inner === undefined ? undefined : { key: name, value: inner };
  }
  if (key === ".") return undefined;
  const [position] = positionsOf(key, value);
  return position === undefined ? undefined : { key: position, value: (value as readonly unknown[])[position] };
}

/**
 * Where `fields` are in an object. The keys by which a list item is found are no place, unless nothing of the item would be
 * left beside them: an item without its keys is none.
 */
export function placesOfFields(fields: FieldsV1, object: Json): Places {
  const places = new Map<string | number, Places | "whole">();
  for (const [key, inner] of Object.entries(fields)) {
    const step = stepInto(key, object);
    if (!step) continue;
    const within = placesWithin(key, inner, step.value as Json);
    if (within === "whole" || within.size > 0) places.set(step.key, within);
  }
  return places;
}

function placesWithin(key: string, fields: FieldsV1, value: Json): Places | "whole" {
  if (isNothing(fields)) return "whole";
  const places = placesOfFields(fields, value);
  if (!key.startsWith("k:") || !isJsonObject(value)) return places;
  const keys = new Set(Object.keys(parseJson(key.slice(2)) as object));
  const others = Object.keys(value).filter((name) => !keys.has(name));
  if (Object.hasOwn(fields, ".") && others.every((name) => places.get(name) === "whole")) return "whole";
  return new Map([...places].filter(([name]) => !keys.has(String(name))));
}
