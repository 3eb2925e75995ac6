export type Taken = { readonly from: "live" | "applied"; readonly index: number };

/**
 * The order of a keyed list after a merge, as the server computes it: the applied order wins for what it names, and what only the
 * live list has keeps its place between the items that both have.
 */
export function mergedOrder(live: readonly string[], applied: readonly string[]): readonly Taken[] {
  const inLive = new Set(live);
  const inApplied = new Set(applied);
  const shared = applied.filter((key) => inLive.has(key));
  const taken = new Set<string>();
  const order: Taken[] = [];
  let l = 0;
  let a = 0;
  let nextShared = 0;
  const takeApplied = (key: string): void => {
    order.push({ from: "applied", index: a });
    taken.add(key);
    a += 1;
    if (shared[nextShared] === key) nextShared += 1;
  };
  while (l < live.length || a < applied.length) {
    const left = live[l];
    const right = applied[a];
    if (left !== undefined && left === right) {
      takeApplied(left);
      l += 1;
    } else if (left !== undefined && !inApplied.has(left)) {
      order.push({ from: "live", index: l });
      l += 1;
    } else if (left !== undefined && (taken.has(left) || (right !== undefined && shared[nextShared] !== left))) {
      l += 1; // it is applied too, and has or gets its place there
    } else if (right !== undefined) {
      takeApplied(right);
    }
  }
  return order;
}
