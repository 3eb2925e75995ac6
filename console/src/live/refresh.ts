import type { Stale } from "./topics.ts";

interface RefreshDeps {
  /** Ends when somebody looks. What nobody sees may be as old as it is. */
  seen(): Promise<void>;
  requery(stale: readonly Stale[]): Promise<void>;
  rest(tookMs: number): Promise<void>;
}

/** More single clusters than this in one round: the whole list is read. As many as one filter of the API may name. */
const mostSingle = 40;

/**
 * Asks anew for what changed: at once for the first event, then for all that gathered meanwhile, one round at a time. However many
 * events come, there is one round under way and at most one waiting.
 */
export function createRefresh({ seen, requery, rest }: RefreshDeps) {
  const waiting = new Set<Stale>();
  let running = false;

  const run = async (): Promise<void> => {
    running = true;
    while (waiting.size > 0) {
      await seen();
      const stale = [...waiting];
      waiting.clear();
      const began = performance.now();
      // Each question shows its own failure; none of them ends the following.
      await requery(stale).catch(() => {});
      await rest(performance.now() - began);
    }
    running = false;
  };

  return (stale: readonly Stale[]): void => {
    for (const one of stale) waiting.add(one);
    foldClusters(waiting);
    if (!running) void run();
  };
}

/** The list holds each of its clusters, and many of them are as good as all. */
function foldClusters(stale: Set<Stale>): void {
  const single = [...stale].filter((one) => one.startsWith("clusters/"));
  if (!stale.has("clusters") && single.length <= mostSingle) return;
  for (const one of single) stale.delete(one);
  if (single.length > 0) stale.add("clusters");
}
