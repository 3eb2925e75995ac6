/** A JSON value. Integers beyond 2^53 are bigints, so that a Kubernetes int64 survives the way through. */
export type Json = null | boolean | number | bigint | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/**
 * Canonical JSON: keys sorted by code unit, no white space, bigints as plain integers. Equal values have equal text, so a
 * digest of it identifies the value. Members that are `undefined` are left out.
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "number" && !Number.isFinite(value)) throw new TypeError(`${value} has no JSON form`);
  if (value === null || typeof value !== "object") return JSON.stringify(value ?? null);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  let members = "";
  for (const key of sortedKeys(value)) {
    const member = (value as Readonly<Record<string, unknown>>)[key];
    if (member !== undefined) members += `${members === "" ? "" : ","}${JSON.stringify(key)}:${canonicalJson(member)}`;
  }
  return `{${members}}`;
}

/** Most objects come sorted already, and sorting takes as much memory as the text. */
function sortedKeys(value: object): readonly string[] {
  const keys = Object.keys(value);
  return keys.every((key, index) => index === 0 || keys[index - 1]! < key) ? keys : keys.sort();
}

const unsafeInteger = /^-?\d{16,}$/;
const mayHoldUnsafeInteger = /\d{16}/;
/** A number begins the text or comes after one of these; most long rows of digits are within a digest, which is a text. */
const isOutsideText = /(?:^|[-:,[\s])\d{16}/;

/** Parses JSON and keeps integers beyond 2^53 exact, as bigints. Throws SyntaxError like JSON.parse. */
export function parseJson(text: string): Json {
  // A reviver costs ten times as much as the rest, and nearly no text needs one.
  if (!mayHoldUnsafeInteger.test(text) || !isOutsideText.test(text)) return JSON.parse(text) as Json;
  // The reviver's third argument carries the number's source text (ECMAScript 2025); TypeScript does not list it yet.
  const keepExact = (_key: string, value: unknown, context?: { source?: string }): unknown =>
    typeof value === "number" && context?.source !== undefined && unsafeInteger.test(context.source) && !Number.isSafeInteger(value)
      ? BigInt(context.source)
      : value;
  return JSON.parse(text, keepExact) as Json;
}

export const isJsonObject = (value: unknown): value is JsonObject => typeof value === "object" && value !== null && !Array.isArray(value);

/** The own member `key` of `value`, or undefined. Never reads the prototype, so a key `constructor` is just a key. */
export const member = (value: unknown, key: string): Json | undefined =>
  isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;

/** The member at the end of a path of keys, or undefined where the path breaks off. */
export const memberAt = (value: unknown, ...path: readonly string[]): Json | undefined =>
  path.reduce<unknown>((inner, key) => member(inner, key), value) as Json | undefined;

/** The text at the end of a path of keys, or `""` where there is none: what others send is not always what their schema says. */
export const textAt = (value: unknown, ...path: readonly string[]): string => {
  const found = memberAt(value, ...path);
  return typeof found === "string" ? found : "";
};
