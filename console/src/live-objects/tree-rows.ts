import type { TreeNode } from "./answers.ts";

/** One visible line of the tree. */
export interface TreeRow {
  readonly key: string;
  readonly node: TreeNode;
  /** 1 for what the application itself applies. */
  readonly level: number;
  readonly parent: string | undefined;
  /** Undefined where nothing came of it. */
  readonly isOpen: boolean | undefined;
  /** Its place among its siblings, from 1, and how many they are. */
  readonly place: number;
  readonly siblings: number;
}

/** Names an object in addresses: `apps/Deployment/default/web`, with `core` and `-` where there is nothing, as the API does. */
export const keyOf = ({ group, kind, namespace, name }: Pick<TreeNode, "group" | "kind" | "namespace" | "name">): string =>
  [group === "" ? "core" : group, kind, namespace ?? "-", name].join("/");

export interface ObjectName {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** The parts of a key; undefined where it is none. */
export function objectNameOf(key: string): ObjectName | undefined {
  const [group, kind, namespace, name, ...rest] = key.split("/");
  if (rest.length > 0 || !group || !kind || !namespace || !name) return undefined;
  return { group, kind, namespace, name };
}

/** The lines that one sees: owners before what they own, and nothing below what is closed. */
export function rowsOf(nodes: readonly TreeNode[], closed: ReadonlySet<string>): readonly TreeRow[] {
  const children = Map.groupBy(nodes.keys(), (index) => nodes[index]?.parent);
  const rows: TreeRow[] = [];
  const visit = (indexes: readonly number[], level: number, parent: string | undefined): void => {
    for (const [place, index] of indexes.entries()) {
      const node = nodes[index];
      if (node === undefined) continue;
      const [key, below] = [keyOf(node), children.get(index) ?? []];
      const isOpen = below.length === 0 ? undefined : !closed.has(key);
      rows.push({ key, node, level, parent, isOpen, place: place + 1, siblings: indexes.length });
      if (isOpen === true) visit(below, level + 1, key);
    }
  };
  visit(children.get(undefined) ?? [], 1, undefined);
  return rows;
}

export type TreeMove = { readonly kind: "focus"; readonly key: string } | { readonly kind: "toggle"; readonly key: string };

/** What a key does in a tree, as screen readers' users know it; undefined for keys that do nothing there. */
export function moveIn(rows: readonly TreeRow[], focused: string, pressed: string): TreeMove | undefined {
  const index = rows.findIndex(({ key }) => key === focused);
  const row = rows[index];
  if (row === undefined) return undefined;
  const to = (target: TreeRow | undefined): TreeMove | undefined => target && { kind: "focus", key: target.key };
  switch (pressed) {
    case "ArrowDown":
      return to(rows[index + 1]);
    case "ArrowUp":
      return to(rows[index - 1]);
    case "Home":
      return to(rows[0]);
    case "End":
      return to(rows.at(-1));
    case "ArrowRight":
      return row.isOpen === false ? { kind: "toggle", key: row.key } : row.isOpen === true ? to(rows[index + 1]) : undefined;
    case "ArrowLeft":
      if (row.isOpen === true) return { kind: "toggle", key: row.key };
      return row.parent === undefined ? undefined : { kind: "focus", key: row.parent };
    default:
      return undefined;
  }
}
