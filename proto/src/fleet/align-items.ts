/** What becomes of a list's items, in order. A run of items between two that stay is one step. */
export type AlignedRun =
  | { readonly kind: "kept"; readonly before: number; readonly after: number }
  /** Items `before[0]` up to (without) `before[1]` give way to those of `after`. */
  | { readonly kind: "changed"; readonly before: readonly [number, number]; readonly after: readonly [number, number] };

/** Beyond this many pairs only what both lists begin and end with is kept. */
const mostPairs = 250_000;

/** The fewest items that have to go and to come, given their texts. */
export function alignItems(before: readonly string[], after: readonly string[]): readonly AlignedRun[] {
  const head = commonLength(before, after);
  const tail = commonLength(before.slice(head).toReversed(), after.slice(head).toReversed());
  const [inner, wanted] = [before.slice(head, before.length - tail), after.slice(head, after.length - tail)];
  const inside = inner.length * wanted.length > mostPairs ? [] : commonItems(inner, wanted);
  const kept = [
    ...range(head).map((at): [number, number] => [at, at]),
    ...inside.map(([a, b]): [number, number] => [a + head, b + head]),
    ...range(tail).map((at): [number, number] => [before.length - tail + at, after.length - tail + at]),
  ];
  return runsBetween(kept, before.length, after.length);
}

const range = (length: number): readonly number[] => Array.from({ length }, (_none, index) => index);

function commonLength(a: readonly string[], b: readonly string[]): number {
  const most = Math.min(a.length, b.length);
  for (let length = 0; length < most; length += 1) if (a[length] !== b[length]) return length;
  return most;
}

/** The longest common subsequence, as pairs of places. */
function commonItems(a: readonly string[], b: readonly string[]): readonly (readonly [number, number])[] {
  const lengths = a.map(() => new Uint32Array(b.length + 1));
  const lengthAt = (i: number, j: number): number => lengths[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1)
    for (let j = b.length - 1; j >= 0; j -= 1)
      (lengths[i] as Uint32Array)[j] = a[i] === b[j] ? lengthAt(i + 1, j + 1) + 1 : Math.max(lengthAt(i + 1, j), lengthAt(i, j + 1));
  const pairs: [number, number][] = [];
  for (let [i, j] = [0, 0]; i < a.length && j < b.length;) {
    if (a[i] === b[j]) pairs.push([i++, j++]);
    else if (lengthAt(i + 1, j) >= lengthAt(i, j + 1)) i += 1;
    else j += 1;
  }
  return pairs;
}

function runsBetween(kept: readonly (readonly [number, number])[], beforeLength: number, afterLength: number): readonly AlignedRun[] {
  const runs: AlignedRun[] = [];
  let [i, j] = [0, 0];
  const closeRun = (before: number, after: number): void => {
    if (before > i || after > j) runs.push({ kind: "changed", before: [i, before], after: [j, after] });
  };
  for (const [before, after] of kept) {
    closeRun(before, after);
    runs.push({ kind: "kept", before, after });
    [i, j] = [before + 1, after + 1];
  }
  closeRun(beforeLength, afterLength);
  return runs;
}
