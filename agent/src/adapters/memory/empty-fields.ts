import { isJsonObject, type Json, type JsonObject } from "@drover/kit";

/** Maps of the built-in kinds that are as good as absent when they are empty; others, such as `emptyDir: {}`, mean something. */
const plainMaps = new Set(["annotations", "binaryData", "data", "labels", "limits", "matchLabels", "nodeSelector", "requests", "selector"]);

/** The server's own types leave out empty lists and plain maps; nothing that was stored as a built-in kind shows them. */
export function withoutEmptyFields<T extends JsonObject>(object: T): T {
  return trimmed(object) as T;
}

function trimmed(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(trimmed);
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, trimmed(inner)] as const);
  return Object.fromEntries(entries.filter(([key, inner]) => !isAbsent(key, inner)));
}

const isAbsent = (key: string, value: Json): boolean =>
  Array.isArray(value) ? value.length === 0 : isJsonObject(value) && plainMaps.has(key) && Object.keys(value).length === 0;
