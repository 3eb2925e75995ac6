import type { TreeNode } from "./answers.ts";
import type { ObjectTab } from "./object-tabs.ts";

/** The object of git that a node came of; undefined for what git holds itself. */
export function madeFor(nodes: readonly TreeNode[], node: TreeNode | undefined): TreeNode | undefined {
  let owner = parentOf(nodes, node);
  // An agent's answer is taken as it comes: one whose parents go round ends after as many steps as there are nodes.
  for (let steps = 0; steps < nodes.length; steps += 1) {
    const above = parentOf(nodes, owner);
    if (above === undefined) return owner;
    owner = above;
  }
  return owner;
}

const parentOf = (nodes: readonly TreeNode[], node: TreeNode | undefined): TreeNode | undefined =>
  node?.parent === undefined ? undefined : nodes[node.parent];

interface Opened {
  readonly isPod: boolean;
  readonly isMade: boolean;
  readonly mayReadLogs: boolean;
}

/** The tab that says most of an object: its log, what Kubernetes says of it, or what differs from git. */
export function openingTab({ isPod, isMade, mayReadLogs }: Opened): ObjectTab {
  if (isPod && mayReadLogs) return "logs";
  return isPod || isMade ? "events" : "diff";
}
