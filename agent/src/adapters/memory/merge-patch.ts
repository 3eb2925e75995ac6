import { isJsonObject, type Json, member } from "@drover/kit";

/** RFC 7386. A null in the patch removes the field. */
export function mergePatch(target: Json | undefined, patch: Json): Json {
  if (!isJsonObject(patch)) return patch;
  const base = isJsonObject(target) ? target : {};
  const changed = Object.entries(patch).map(([key, inner]) => [key, inner === null ? null : mergePatch(member(base, key), inner)] as const);
  return Object.fromEntries([...Object.entries(base), ...changed].filter(([key]) => member(patch, key) !== null));
}

/** A value as the server reads it: a null field is an absent one. */
export function withoutNulls(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(withoutNulls);
  if (!isJsonObject(value)) return value;
  const present = Object.entries(value).filter(([, inner]) => inner !== null && inner !== undefined);
  return Object.fromEntries(present.map(([key, inner]) => [key, withoutNulls(inner)]));
}
