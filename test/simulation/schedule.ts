import { type Instant, instant, later } from "@drover/kit";
import type { Clock } from "@drover/kit/node";

/** Something that runs and may stop to: a replica, an agent. Another start is another process. */
export interface Process {
  readonly name: string;
  alive: boolean;
  /** It stands still until then; what was due meanwhile happens afterwards. */
  pausedUntil: number;
  /** How far its clock is ahead of the world's. */
  aheadMs: number;
}

interface Due {
  at: number;
  readonly order: number;
  readonly owner: Process | undefined;
  readonly what: string;
  readonly run: () => void;
  isCancelled: boolean;
}

/** What will happen, by time and then by order of asking: a binary heap. */
export class Schedule {
  now: Instant;
  #heap: Due[] = [];
  #order = 0;

  constructor(start: Instant) {
    this.now = start;
  }

  /** Answers how to call it off. */
  after(ms: number, owner: Process | undefined, what: string, run: () => void): () => void {
    const due: Due = { at: this.now + Math.max(0, ms), order: (this.#order += 1), owner, what, run, isCancelled: false };
    this.#push(due);
    return () => (due.isCancelled = true);
  }

  /** Takes the next event that has somebody to happen to, and moves the time there. */
  next(): { readonly what: string; readonly owner: string; readonly run: () => void } | undefined {
    for (;;) {
      const due = this.#pop();
      if (due === undefined) return undefined;
      if (due.isCancelled || due.owner?.alive === false) continue;
      if (due.owner !== undefined && due.owner.pausedUntil > due.at) {
        due.at = due.owner.pausedUntil;
        this.#push(due);
        continue;
      }
      this.now = instant(Math.max(this.now, due.at));
      return { what: due.what, owner: due.owner?.name ?? "world", run: due.run };
    }
  }

  #push(due: Due): void {
    const heap = this.#heap;
    let at = heap.push(due) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(due, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = due;
  }

  #pop(): Due | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child += 1;
      if (!isBefore(heap[child]!, last)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
    return first;
  }
}

const isBefore = (a: Due, b: Due): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

/** A process's own clock: it may be wrong, but its sleeps are as long as they say. */
export const clockOf = (schedule: Schedule, owner: Process): Clock => ({
  now: () => later(schedule.now, owner.aheadMs),
  monotonicMs: () => schedule.now,
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason as Error);
      const abort = (): void => {
        cancel();
        reject(signal.reason as Error);
      };
      const cancel = schedule.after(ms, owner, "wakes", () => {
        signal.removeEventListener("abort", abort);
        resolve();
      });
      signal.addEventListener("abort", abort, { once: true });
    }),
});
