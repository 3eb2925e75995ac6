import type { WhyLink } from "@drover/proto/rest";
import { printable } from "./columns.ts";

/** Links as a tree: what has nothing to do with each other stands side by side, and below each link what it is because of. */
export function formatChain(links: readonly WhyLink[]): string {
  const depths = depthsOf(links);
  return links
    .map((link, index) => {
      const depth = depths[index] ?? 0;
      const lead = leadOf(depths, index, depth);
      const isLast = !hasSibling(depths, index, depth);
      const below = `${lead}${isLast ? "   " : "│  "}`;
      const next = link.next === undefined ? "" : `${below}  next: ${link.next}\n`;
      const action = link.action === undefined ? "" : `${below}  you can: ${printable(link.action)}\n`;
      return `${lead}${isLast ? "└─" : "├─"} ${link.kind} ${printable(link.subject)}: ${printable(link.message)}\n${next}${action}`;
    })
    .join("");
}

/** A cause stands below what it is a cause of; a parent comes before its children. */
function depthsOf(links: readonly WhyLink[]): readonly number[] {
  const depths: number[] = [];
  for (const { parent } of links) depths.push(parent === undefined ? 0 : (depths[parent] ?? 0) + 1);
  return depths;
}

/** Lines that lead past this link to a later one of each wider depth. */
const leadOf = (depths: readonly number[], index: number, depth: number): string =>
  Array.from({ length: depth }, (_none, wider) => (hasSibling(depths, index, wider) ? "│  " : "   ")).join("");

/** Whether another link of this depth follows before one of a wider depth. */
function hasSibling(depths: readonly number[], index: number, depth: number): boolean {
  for (const later of depths.slice(index + 1)) {
    if (later < depth) return false;
    if (later === depth) return true;
  }
  return false;
}
