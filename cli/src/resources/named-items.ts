import type { Resource } from "./resource.ts";
import { resourceNamed } from "./table.ts";

export interface NamedItem {
  readonly resource: Resource;
  readonly name: string;
}

/** Whether `cluster eu-1 us-1`, or `cluster/eu-1 rollout/ID`, names anything, and is not just a kind. */
export const namesGiven = (what: string, words: readonly string[]): boolean => what.includes("/") || words.length > 0;

/** Kubectl's two ways to name several: a kind and names, or kind/name each. Throws RESOURCE_UNKNOWN. */
export function namedItems(what: string, words: readonly string[]): readonly NamedItem[] {
  if (what.includes("/")) return [what, ...words].map(split);
  const resource = resourceNamed(what);
  // `cluster/eu-1` as it is pasted from `-o name`.
  return words.map((word) => (word.startsWith(`${resource.view.kind}/`) ? split(word) : { resource, name: word }));
}

function split(word: string): NamedItem {
  const [kind = "", ...name] = word.split("/");
  return { resource: resourceNamed(kind), name: name.join("/") };
}
