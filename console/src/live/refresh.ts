import type { Topic } from "./topics.ts";

/**
 * Asks anew for what changed: at once for the first event, then for all that gathered meanwhile, one round at a time. However many
 * events come, there is one round under way and at most one waiting.
 */
export function createRefresh(requery: (topics: readonly Topic[]) => Promise<void>, rest: (tookMs: number) => Promise<void>) {
  const waiting = new Set<Topic>();
  let running = false;

  const run = async (): Promise<void> => {
    running = true;
    while (waiting.size > 0) {
      const topics = [...waiting];
      waiting.clear();
      const began = performance.now();
      await requery(topics);
      await rest(performance.now() - began);
    }
    running = false;
  };

  return (topics: readonly Topic[]): void => {
    for (const topic of topics) waiting.add(topic);
    if (!running) void run();
  };
}
