import { isMap, isSeq, type Pair, type Scalar } from "yaml";

/** Where things stand in a YAML text, by the ranges that the parser gave its nodes. */
export const startOf = ({ key }: Pair): number => (key as Scalar).range?.[0] ?? 0;

/** Where the pair's own text ends: behind its value, or behind its key when it has none. */
export const endOf = ({ key, value }: Pair): number => Math.max(endOfNode(value), (key as Scalar).range?.[1] ?? 0);

/** A block collection ends with its last item: its own range takes in the comments that follow. */
export function endOfNode(node: unknown): number {
  if (isMap(node) && node.flow !== true && node.items.length > 0) return endOf(node.items.at(-1) as Pair);
  if (isSeq(node) && node.flow !== true && node.items.length > 0) return endOfNode(node.items.at(-1));
  return (node as Scalar | null)?.range?.[1] ?? 0;
}

export const lineBreakOf = (text: string): string => (text.includes("\r\n") ? "\r\n" : "\n");

export const columnOf = (text: string, offset: number): number => offset - (text.lastIndexOf("\n", offset - 1) + 1);

/** Behind the line break that ends the line of `offset`. A block scalar's end is already there. */
export function lineEnd(text: string, offset: number): number {
  if (offset > 0 && text[offset - 1] === "\n") return offset;
  const lineBreak = text.indexOf("\n", offset);
  return lineBreak === -1 ? text.length : lineBreak + 1;
}
