import type { Queue } from "../app/work-queue.ts";

/** Wake-ups by queue inside one process, fed by PostgreSQL's NOTIFY. A wake-up that finds nobody waiting is kept for the next who does. */
export interface WakeUps {
  wake(queue: Queue): void;
  /** One waiter a queue. */
  woken(queue: Queue, signal: AbortSignal): Promise<void>;
}

export function createWakeUps(): WakeUps {
  const waiting = new Map<Queue, () => void>();
  const missed = new Set<Queue>();
  return {
    wake(queue) {
      const resolve = waiting.get(queue);
      if (resolve) resolve();
      else missed.add(queue);
    },
    woken(queue, signal) {
      if (missed.delete(queue) || signal.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        const finish = (): void => {
          waiting.delete(queue);
          signal.removeEventListener("abort", finish);
          resolve();
        };
        waiting.set(queue, finish);
        signal.addEventListener("abort", finish);
      });
    },
  };
}
