import { isJsonObject, type Json, type JsonObject } from "@drover/kit";
import { type ManagedFields, managedFieldsOf } from "../manifest-fields.ts";
import type { Manifest } from "../manifest.ts";
import { isOwn } from "./projection.ts";

/**
 * People's tools. Controllers are never among them: they own fields of objects we apply by right, such as an autoscaler
 * the replicas. `before-first-apply` holds what was there when managedFields were cleared.
 */
export const isPerson = ({ manager, operation, ...rest }: ManagedFields): boolean =>
  operation === "Update" && rest["subresource"] === undefined && (manager.startsWith("kubectl") || manager === "before-first-apply");

/** Who added fields by hand that git does not have, each once. */
export const peopleWhoAdded = (object: Manifest): readonly string[] => [
  ...new Set(
    managedFieldsOf(object)
      .filter(isPerson)
      .map(({ manager }) => manager),
  ),
];

/**
 * The object's managedFields with people's entries merged into ours. Server-side apply does not see what others added; once
 * these fields count as ours, the next apply removes those that git does not have. Undefined when there is nothing to evict.
 */
export function evictPeople(object: Manifest, fieldManager: string): readonly JsonObject[] | undefined {
  const entries = managedFieldsOf(object);
  const people = entries.filter(isPerson);
  if (people.length === 0) return undefined;
  const own = entries.find((entry) => isOwn(entry, fieldManager));
  const fieldsV1 = people.reduce<Json>((merged, entry) => mergeFields(merged, entry["fieldsV1"]), own?.["fieldsV1"] ?? {});
  const merged = {
    ...(own ?? { manager: fieldManager, operation: "Apply", apiVersion: object.apiVersion, fieldsType: "FieldsV1" }),
    fieldsV1,
  };
  return [...entries.filter((entry) => entry !== own && !people.includes(entry)), merged];
}

function mergeFields(into: Json, from: Json | undefined): Json {
  if (!isJsonObject(into) || !isJsonObject(from)) return into;
  const merged: Record<string, Json> = { ...into };
  for (const [key, inner] of Object.entries(from)) merged[key] = Object.hasOwn(into, key) ? mergeFields(into[key]!, inner) : inner;
  return merged;
}
