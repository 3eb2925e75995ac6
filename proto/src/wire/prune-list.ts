import { canonicalJson } from "@drover/kit";
import { type Digest, digestOfBytes } from "./digest.ts";

/** An object that would be deleted. */
export interface PruneListItem {
  readonly group: string;
  readonly kind: string;
  readonly namespace?: string | undefined;
  readonly name: string;
}

/**
 * Names exactly this list, whatever order it comes in: clusters that would lose the same objects need one approval, and a
 * list that grew by one object needs another.
 */
export const pruneListHash = (items: readonly PruneListItem[]): Digest =>
  digestOfBytes(
    Buffer.from(canonicalJson(items.map(({ group, kind, namespace = "", name }) => [group, kind, namespace, name]).sort(byText))),
  );

const byText = (a: readonly string[], b: readonly string[]): number => {
  const [left, right] = [a.join("/"), b.join("/")];
  return left < right ? -1 : left > right ? 1 : 0;
};
