/** Follows what each node waits for from `start` until one comes again: the nodes of that circle, in order. Undefined where the path ends. */
export function circleFrom(start: string, nextOf: (node: string) => string | undefined): readonly string[] | undefined {
  const path = new Map<string, number>();
  let node: string | undefined = start;
  for (; node !== undefined && !path.has(node); node = nextOf(node)) path.set(node, path.size);
  return node === undefined ? undefined : [...path.keys()].slice(path.get(node));
}

/** "a → b → a". */
export const circleText = (names: readonly string[]): string => [...names, names[0]].join(" → ");
