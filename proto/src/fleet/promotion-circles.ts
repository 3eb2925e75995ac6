/** For each environment that can be reached from itself, one shortest way round: first and last are the environment. */
export function promotionCircles(promotesFrom: ReadonlyMap<string, readonly string[]>): ReadonlyMap<string, readonly string[]> {
  const circles = new Map<string, readonly string[]>();
  for (const start of promotesFrom.keys()) {
    const way = wayRound(start, promotesFrom);
    if (way !== undefined) circles.set(start, way);
  }
  return circles;
}

/** Breadth first, so that the shortest circle is shown; each environment is visited once. */
function wayRound(start: string, promotesFrom: ReadonlyMap<string, readonly string[]>): readonly string[] | undefined {
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (const at of queue) {
    for (const next of promotesFrom.get(at) ?? []) {
      if (next === start) return [...trail(at, start, cameFrom), start];
      if (cameFrom.has(next)) continue;
      cameFrom.set(next, at);
      queue.push(next);
    }
  }
  return undefined;
}

function trail(end: string, start: string, cameFrom: ReadonlyMap<string, string>): readonly string[] {
  const way = [end];
  for (let at = end; at !== start; way.unshift(at)) at = cameFrom.get(at) ?? start;
  return way;
}
