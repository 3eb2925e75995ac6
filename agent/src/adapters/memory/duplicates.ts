import { isJsonObject, type Json, type JsonObject } from "@drover/kit";
import { itemsByKey, type ShapeOf } from "./field-shape.ts";

/** Where a list that is merged by keys has two items of one key, which server-side apply cannot take: `.spec.ports`. */
export function duplicateKey(shapeOf: ShapeOf, value: Json, path: readonly string[] = []): string | undefined {
  const shape = shapeOf(path, value);
  if (shape.kind === "map") return inFields(shapeOf, value as JsonObject, path);
  if (shape.kind === "whole") return undefined;
  const items = value as readonly Json[];
  if (itemsByKey(shape, items).size < items.length) return `.${path.join(".")}`;
  return first(items, (item) => (isJsonObject(item) ? inFields(shapeOf, item, path) : undefined));
}

const inFields = (shapeOf: ShapeOf, fields: JsonObject, path: readonly string[]): string | undefined =>
  first(Object.entries(fields), ([key, inner]) => duplicateKey(shapeOf, inner, [...path, key]));

function first<T>(values: readonly T[], find: (value: T) => string | undefined): string | undefined {
  for (const value of values) {
    const found = find(value);
    if (found !== undefined) return found;
  }
  return undefined;
}
