import type { TreeAnswer, TreeNode } from "@drover/proto/wire";
import { printable } from "./columns.ts";
import { paint } from "./paint.ts";

/** Objects with what came of them below, drawn with lines. */
export function formatTree({ nodes, truncated }: TreeAnswer, colours: boolean): string {
  const children = Map.groupBy(nodes.keys(), (index) => nodes[index]?.parent);
  const lines: string[] = [];
  const draw = (index: number, lead: string, isLast: boolean, isRoot: boolean): void => {
    const node = nodes[index];
    if (node === undefined) return;
    lines.push(`${lead}${isRoot ? "" : isLast ? "└─ " : "├─ "}${describe(node, colours)}\n`);
    const below = children.get(index) ?? [];
    for (const [place, child] of below.entries())
      draw(child, isRoot ? lead : `${lead}${isLast ? "   " : "│  "}`, place === below.length - 1, false);
  };
  for (const root of children.get(undefined) ?? []) draw(root, "", true, true);
  if (truncated === true) lines.push("… and more than an answer may hold\n");
  return lines.join("");
}

function describe({ kind, namespace, name, sync, health, reason, message, container }: TreeNode, colours: boolean): string {
  const place = namespace === undefined ? name : `${namespace}/${name}`;
  const difference = sync === undefined || sync === "Synced" ? "" : ` ${paint("yellow", sync, colours)}`;
  const why = [reason, container && `container ${container}`, message].filter((part) => part !== undefined).join(": ");
  const tail = why === "" ? "" : ` (${printable(why)})`;
  return `${printable(`${kind} ${place}`)} ${paint(colourOf[health], health, colours)}${difference}${tail}`;
}

const colourOf = {
  Healthy: "green",
  Progressing: "yellow",
  Degraded: "red",
  Suspended: "yellow",
  Missing: "red",
  Unknown: "dim",
} as const;
