import { DroverError, isJsonObject, type Json, type JsonObject } from "@drover/kit";
import type { Inputs } from "../../domain/release/release.ts";
import { type Manifest, nameOf } from "./manifest.ts";

/**
 * Replaces `${key}` in text of an object by the inputs, after the object was read: a value can never add a key, a line or an object.
 * Text that is exactly `${key}` becomes the value itself, so that a number stays a number; within other text the value is written
 * out. `$${` stands for `${`. Keys of maps are left alone.
 */
export function substitute(manifest: Manifest, inputs: Inputs): Manifest {
  return { ...manifest, object: inObject(manifest.object, (text) => inText(text, inputs, manifest)) };
}

const inObject = (object: JsonObject, replace: (text: string) => Json): JsonObject =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, inValue(value, replace)]));

function inValue(value: Json, replace: (text: string) => Json): Json {
  if (typeof value === "string") return value.includes("${") ? replace(value) : value;
  if (Array.isArray(value)) return value.map((item: Json) => inValue(item, replace));
  return isJsonObject(value) ? inObject(value, replace) : value;
}

const reference = /\$\$\{|\$\{([^}]*)(\}?)/g;

function inText(text: string, inputs: Inputs, manifest: Manifest): Json {
  const whole = /^\$\{([^}]*)\}$/.exec(text)?.[1];
  if (whole !== undefined) return valueOf(whole, inputs, manifest);
  // A function as replacement: `$&` and its like in a value mean nothing.
  return text.replaceAll(reference, (match, key = "", close = "") => {
    if (match === "$${") return "${";
    return close === "" ? unknownValue(key, manifest) : String(valueOf(key, inputs, manifest));
  });
}

function valueOf(key: string, inputs: Inputs, manifest: Manifest): string | number | boolean {
  const value = Object.hasOwn(inputs, key) ? inputs[key] : undefined;
  return value ?? unknownValue(key, manifest);
}

function unknownValue(key: string, manifest: Manifest): never {
  const { file, document } = manifest;
  const shown = key.length > 60 ? `${key.slice(0, 60)}…` : key;
  throw new DroverError(
    "invalid",
    "VALUE_UNKNOWN",
    `substitute in ${nameOf(manifest)} (${file}): "${shown}" is not among the application's values; declare it there, or write $\${ for \${`,
    { details: { file, document, key: shown } },
  );
}
