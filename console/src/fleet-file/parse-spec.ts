import { load, YAMLException } from "js-yaml";

export type ParsedSpec =
  | { readonly kind: "spec"; readonly spec: object }
  /** Lines count from 1. */
  | { readonly kind: "wrong"; readonly line: number | undefined; readonly message: string };

/** What stands in the editor. The server says whether it means anything; this only says whether it can be read at all. */
export function parseSpec(text: string): ParsedSpec {
  if (text.trim() === "") return { kind: "wrong", line: 1, message: "it is empty" };
  try {
    const value: unknown = load(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return { kind: "spec", spec: value };
    return { kind: "wrong", line: 1, message: "a fleet file is a map of keys to values" };
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    return { kind: "wrong", line: error.mark === undefined ? undefined : error.mark.line + 1, message: error.reason };
  }
}
