import { isJsonObject, type Json } from "@drover/kit";
import { type FieldsV1, isNothing, positionsOf } from "../drift/field-set.ts";

/** What of `a` is not in `b`. A thing that `b` has anything of is not beyond it as a whole. */
export function fieldsBeyond(a: FieldsV1, b: FieldsV1): FieldsV1 {
  const beyond = Object.entries(a).flatMap(([key, inner]): [string, FieldsV1][] => {
    if (!Object.hasOwn(b, key)) return [[key, inner]];
    if (key === ".") return [];
    const { ".": _whole, ...rest } = fieldsBeyond(inner, b[key]!);
    return isNothing(rest) ? [] : [[key, rest]];
  });
  return Object.fromEntries(beyond);
}

/** The value without these fields. What the set has as a whole goes with everything in it. */
export function withoutFields(value: Json, fields: FieldsV1): Json {
  if (Array.isArray(value)) return withoutItems(value as readonly Json[], fields);
  if (!isJsonObject(value)) return value;
  const kept: Record<string, Json> = { ...value };
  for (const [key, inner] of Object.entries(fields)) {
    const name = key.slice(2);
    if (!key.startsWith("f:") || !Object.hasOwn(kept, name)) continue;
    if (isWhole(inner)) delete kept[name];
    else kept[name] = withoutFields(kept[name]!, inner);
  }
  return kept;
}

function withoutItems(list: readonly Json[], fields: FieldsV1): readonly Json[] {
  const at = new Map(
    Object.entries(fields).flatMap(([key, inner]) =>
      key === "." ? [] : positionsOf(key, list).map((position) => [position, inner] as const),
    ),
  );
  return list.flatMap((item, position) => {
    const inner = at.get(position);
    if (inner === undefined) return [item];
    return isWhole(inner) ? [] : [withoutFields(item, inner)];
  });
}

const isWhole = (fields: FieldsV1): boolean => isNothing(fields) || Object.hasOwn(fields, ".");
