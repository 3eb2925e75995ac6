import { isJsonObject, type JsonObject, member } from "@drover/kit";
import { textOf } from "../manifest-fields.ts";

/** Shorter values would be found in half of all words. They are masked in the Secret itself, not looked for elsewhere. */
export const shortestSearched = 8;

/** One value of a Secret, in base64 as the API server writes it, and every text that gives it away. */
export interface SecretValue {
  readonly base64: string;
  readonly forms: readonly string[];
}

export const isSecret = (value: JsonObject): boolean => value["kind"] === "Secret";

/** The values of a Secret, whether in `data` or `stringData`. What is no text is none: the API server refuses it. */
export function valuesOf(secret: JsonObject): readonly SecretValue[] {
  const data = textsIn(member(secret, "data")).map(([, text]) => text);
  const plain = textsIn(member(secret, "stringData")).map(([, text]) => base64Of(text));
  return [...data, ...plain].map((base64) => ({ base64, forms: formsOf(base64) }));
}

const textsIn = (value: unknown): readonly [string, string][] =>
  isJsonObject(value) ? Object.entries(value).map(([key, inner]) => [key, textOf(inner)]) : [];

export const base64Of = (text: string): string => Buffer.from(text).toString("base64");

/**
 * As it is, in base64, and as JSON or an address writes it; also without the white space around it, which tools add and take away.
 * Padding is left off, so that base64 without it is found as well.
 */
function formsOf(base64: string): readonly string[] {
  const bytes = Buffer.from(base64, "base64");
  const raw = bytes.toString("utf8");
  const isText = Buffer.from(raw).equals(bytes);
  const trimmed = raw.trim();
  const written = isText ? [trimmed, JSON.stringify(trimmed).slice(1, -1), encodeURIComponent(trimmed), unpadded(base64Of(trimmed))] : [];
  const isLongEnough = isText ? trimmed.length >= shortestSearched : base64.length >= shortestSearched;
  return isLongEnough ? [...new Set([...written, unpadded(base64)])] : [];
}

const unpadded = (text: string): string => text.replace(/=+$/, "");
