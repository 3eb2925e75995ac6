import { member } from "@drover/kit";
import { textOf, uidOf } from "../manifest-fields.ts";
import type { Manifest } from "../manifest.ts";

/** An object of the tree that the application does not apply itself, with the place of its owner. */
export interface Grown {
  readonly object: Manifest;
  readonly parent: number;
}

/**
 * Hangs objects under the roots by their owner references: roots have the places 0 to n-1 by their uids, what grows comes after its owner.
 * At most `atMost` of them; what belongs to nobody here is left out.
 */
export function grow(
  roots: readonly (string | undefined)[],
  found: readonly Manifest[],
  atMost: number,
): { readonly grown: readonly Grown[]; readonly truncated: boolean } {
  const byOwner = Map.groupBy(
    found.flatMap((object) => ownersOf(object).map((owner) => ({ owner, object }))),
    ({ owner }) => owner,
  );
  const grown: Grown[] = [];
  const placed = new Set(roots.filter((uid) => uid !== undefined));
  const queue = roots.map((uid, place) => ({ uid, place }));
  for (let next = queue.shift(); next; next = queue.shift())
    for (const { object } of (next.uid === undefined ? undefined : byOwner.get(next.uid)) ?? []) {
      if (placed.has(uidOf(object))) continue;
      if (grown.length >= atMost) return { grown, truncated: true };
      placed.add(uidOf(object));
      queue.push({ uid: uidOf(object), place: roots.length + grown.length });
      grown.push({ object, parent: next.place });
    }
  return { grown, truncated: false };
}

/** The uids of its owners. */
export function ownersOf(object: Manifest): readonly string[] {
  const owners = member(object.metadata, "ownerReferences");
  return Array.isArray(owners) ? owners.map((owner) => textOf(member(owner, "uid"))).filter((uid) => uid !== "") : [];
}
