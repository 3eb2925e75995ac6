import { setTimeout as sleep } from "node:timers/promises";

export interface Paced {
  readonly n: number;
  readonly everyMs: number;
  readonly signal: AbortSignal;
}

/**
 * Starts sample after sample on a fixed timetable and hands each the time at which it was due (`performance.now()`). A sample that starts late
 * because its forerunner took long is measured from when it was due, so that a stall is counted by everybody whom it would have kept waiting.
 */
export async function oneByOne<T>(
  { n, everyMs, signal }: Paced,
  take: (index: number, dueAt: number) => Promise<T>,
): Promise<readonly T[]> {
  const start = performance.now();
  const taken: T[] = [];
  for (let index = 0; index < n; index += 1) {
    taken.push(await take(index, await due(start + index * everyMs, signal)));
  }
  return taken;
}

/** The same timetable without waiting for one another. */
export async function overlapping<T>(
  { n, everyMs, signal }: Paced,
  take: (index: number, dueAt: number) => Promise<T>,
): Promise<readonly T[]> {
  const start = performance.now();
  const taking: Promise<T>[] = [];
  for (let index = 0; index < n; index += 1) {
    const dueAt = await due(start + index * everyMs, signal);
    const one = take(index, dueAt);
    one.catch(() => {}); // told by Promise.all below
    taking.push(one);
  }
  return Promise.all(taking);
}

async function due(at: number, signal: AbortSignal): Promise<number> {
  const waitMs = at - performance.now();
  if (waitMs > 0) await sleep(waitMs, undefined, { signal });
  signal.throwIfAborted();
  return at;
}
