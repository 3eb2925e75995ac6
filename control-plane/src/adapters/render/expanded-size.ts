import { DroverError } from "@drover/kit";

/** What a document may come to when every alias is written out. Far above what a bundle takes, far below what hurts. */
export const expansionLimits = { nodes: 1_000_000, bytes: 10 * 1024 * 1024, depth: 100 } as const;

interface Size {
  readonly nodes: number;
  readonly bytes: number;
  readonly height: number;
}

/** Which document is measured, for the error. */
export interface Place {
  readonly file: string;
  readonly document: number;
}

/**
 * Measures a document as its JSON would be written, aliases expanded, without expanding them: a shared value is measured once and
 * counted as often as it occurs. Throws `invalid` MANIFEST_ALIAS_BOMB, MANIFEST_ALIAS_CYCLE, MANIFEST_TOO_DEEP, MANIFEST_TOO_LARGE or
 * MANIFEST_NUMBER. Must come before anything else that walks the document.
 */
export function measure(document: unknown, place: Place): void {
  const known = new Map<object, Size>();
  const open = new Set<object>();
  let seen = 0;

  const sizeOf = (value: unknown, depth: number): Size => {
    seen += 1;
    if (Number.isNaN(value)) throw refusal(place, "MANIFEST_NUMBER", "infinity and .nan have no form in JSON: write them in quotes");
    if (value === null || typeof value !== "object") return { nodes: 1, bytes: String(value).length, height: 0 };
    if (open.has(value)) throw refusal(place, "MANIFEST_ALIAS_CYCLE", "an alias contains itself: remove it");
    const measured = known.get(value);
    if (depth + (measured?.height ?? 0) >= expansionLimits.depth)
      throw refusal(place, "MANIFEST_TOO_DEEP", `nesting is deeper than ${expansionLimits.depth} levels: flatten it`);
    if (measured !== undefined) return measured;
    open.add(value);
    const total = { nodes: 1, bytes: 2, height: 0 };
    for (const [key, inner] of Object.entries(value)) {
      const size = sizeOf(inner, depth + 1);
      total.nodes += size.nodes;
      total.bytes += size.bytes + key.length + 4;
      total.height = Math.max(total.height, size.height + 1);
    }
    open.delete(value);
    known.set(value, total);
    return total;
  };

  const { nodes, bytes } = sizeOf(document, 0);
  if (nodes <= expansionLimits.nodes && bytes <= expansionLimits.bytes) return;
  // Without aliases every node is seen exactly once: then the text itself is too large.
  if (nodes > seen) throw refusal(place, "MANIFEST_ALIAS_BOMB", `its aliases expand to ${nodes} nodes: write less of it with aliases`);
  throw refusal(place, "MANIFEST_TOO_LARGE", `it has ${nodes} nodes and about ${bytes} bytes: split it`);
}

const refusal = (place: Place, code: string, why: string): DroverError =>
  new DroverError("invalid", code, `read ${place.file}, document ${place.document}: ${why}`, { details: { ...place } });
