import type { Json } from "@drover/kit";

/** JSON as CEL has it: its whole numbers are integers, which calculate with each other and not with fractions. */
export function celValue(value: Json): unknown {
  if (typeof value === "number") return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(celValue);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, celValue(inner as Json)]));
}
