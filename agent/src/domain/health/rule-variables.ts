import { isJsonObject, type Json } from "@drover/kit";
import type { Manifest } from "../manifest.ts";

/** What a rule may be given of an object. Beyond it a macro within a macro would go on for seconds. */
const maxItems = 1_000;
const maxValues = 20_000;

export type RuleVariables =
  | { readonly kind: "variables"; readonly variables: Readonly<Record<string, unknown>> }
  | { readonly kind: "too-large"; readonly message: string };

/**
 * The object's members as CEL expressions name them. Whole numbers are integers, as Kubernetes reads them; `spec` and `status` are there
 * even before anybody has written them; managed fields are left out.
 */
export function ruleVariables({ metadata, ...members }: Manifest): RuleVariables {
  const { managedFields: _managedFields, ...kept } = metadata;
  const bounds = { values: maxValues, items: 0 };
  const variables = converted({ spec: {}, status: {}, ...members, metadata: kept }, bounds);
  if (bounds.items > maxItems) return tooLarge(`it has a list of ${bounds.items} items; rules are given ${maxItems} at the most`);
  if (bounds.values < 0) return tooLarge(`it has more than ${maxValues} values; rules are given no more`);
  return { kind: "variables", variables: variables as Record<string, unknown> };
}

const tooLarge = (message: string): RuleVariables => ({ kind: "too-large", message });

function converted(value: Json, bounds: { values: number; items: number }): unknown {
  bounds.values -= 1;
  if (bounds.values < 0) return null;
  if (typeof value === "number") return Number.isSafeInteger(value) ? BigInt(value) : value;
  const size = Array.isArray(value) ? value.length : isJsonObject(value) ? Object.keys(value).length : 0;
  bounds.items = Math.max(bounds.items, size);
  if (size > maxItems) return null;
  if (Array.isArray(value)) return value.map((item: Json) => converted(item, bounds));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, converted(inner, bounds)]));
}
