import { canonicalJson, isJsonObject, type Json, type JsonObject, parseJson } from "@drover/kit";

/**
 * Sets of owned fields as `metadata.managedFields` has them: `f:name` a member, `k:{…}` a list item by its keys, `v:…` a set's value,
 * `i:n` a position, `.` the item itself, and an empty set a leaf.
 */

export function unionFields(a: Json | undefined, b: Json | undefined): JsonObject {
  const union: Record<string, Json> = { ...setOf(a) };
  for (const [key, inner] of Object.entries(setOf(b))) union[key] = Object.hasOwn(union, key) ? unionFields(union[key], inner) : inner;
  return union;
}

/** What of `a` is not in `b`. An item that `b` has anything of is not beyond it as a whole. */
export function fieldsBeyond(a: Json | undefined, b: Json | undefined): JsonObject {
  const other = setOf(b);
  const beyond: Record<string, Json> = {};
  for (const [key, inner] of Object.entries(setOf(a))) {
    if (!Object.hasOwn(other, key)) beyond[key] = inner;
    else if (key !== ".") {
      const { ".": _whole, ...rest } = fieldsBeyond(inner, other[key]);
      if (Object.keys(rest).length > 0) beyond[key] = rest;
    }
  }
  return beyond;
}

/** The value without these fields. What the set has as a whole goes with everything in it. */
export function withoutFields(value: Json, fields: JsonObject): Json {
  if (Array.isArray(value)) return withoutItems(value as readonly Json[], fields);
  if (!isJsonObject(value)) return value;
  const kept: Record<string, Json> = { ...value };
  for (const [key, inner] of Object.entries(fields)) {
    const name = key.slice(2);
    if (!key.startsWith("f:") || !Object.hasOwn(kept, name)) continue;
    if (isWhole(inner)) delete kept[name];
    else kept[name] = withoutFields(kept[name]!, setOf(inner));
  }
  return kept;
}

function withoutItems(list: readonly Json[], fields: JsonObject): readonly Json[] {
  const sets = Object.entries(fields).filter(([key]) => key !== ".");
  return list.flatMap((item, index) => {
    const [, inner] = sets.find(([key]) => isItem(key, item, index)) ?? [];
    if (inner === undefined) return [item];
    return isWhole(inner) ? [] : [withoutFields(item, setOf(inner))];
  });
}

function isItem(key: string, item: Json, index: number): boolean {
  const rest = key.slice(2);
  if (key.startsWith("i:")) return Number(rest) === index;
  if (key.startsWith("v:")) return canonicalJson(item) === canonicalJson(parseJson(rest));
  const keys = parseJson(rest);
  return (
    isJsonObject(item) &&
    isJsonObject(keys) &&
    Object.entries(keys).every(([name, wanted]) => canonicalJson(item[name] ?? null) === canonicalJson(wanted))
  );
}

const isWhole = (set: Json): boolean => !isJsonObject(set) || Object.keys(set).length === 0 || Object.hasOwn(set, ".");
const setOf = (fields: Json | undefined): JsonObject => (isJsonObject(fields) ? fields : {});
