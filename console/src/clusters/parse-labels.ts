export type ParsedLabels =
  | { readonly kind: "labels"; readonly labels: Readonly<Record<string, string>> }
  | { readonly kind: "wrong"; readonly why: string };

/** Labels as people type them: `key=value`, apart by spaces or commas. */
export function parseLabels(text: string): ParsedLabels {
  const pairs = text.split(/[\s,]+/).filter(Boolean);
  const wrong = pairs.find((pair) => !/^[^=]+=[^=]*$/.test(pair));
  if (wrong !== undefined) return { kind: "wrong", why: `“${wrong}” is no label: write key=value` };
  return { kind: "labels", labels: Object.fromEntries(pairs.map((pair) => pair.split("=") as [string, string])) };
}
