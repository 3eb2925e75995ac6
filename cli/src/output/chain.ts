import type { WhyLink } from "@drover/proto/rest";
import { printable } from "./columns.ts";

/** Links as a tree: what holds a rollout stands side by side, and below it the clusters that matter, each down to the object that keeps it. */
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

/** A link stands below the nearest one before it that speaks of something wider. */
function depthsOf(links: readonly WhyLink[]): readonly number[] {
  const open: number[] = [];
  return links.map(({ subject }, index) => {
    // What is said of a cluster once more is why the first is so; what holds a rollout stands side by side.
    const isCause = narrownessOf(subject) === cluster && links[index - 1]?.subject === subject;
    const narrowness = isCause ? cause : narrownessOf(subject);
    while ((open.at(-1) ?? -1) >= narrowness) open.pop();
    open.push(narrowness);
    return open.length - 1;
  });
}

/** A cluster is narrower than a rollout, and an object narrower than its cluster. */
function narrownessOf(subject: string): number {
  const [kind = "", ...parts] = subject.split("/");
  if (kind !== "clusters") return 0;
  return parts.length > 1 ? cause : cluster;
}

const [cluster, cause] = [1, 2];

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
