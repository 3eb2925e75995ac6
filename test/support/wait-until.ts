import { setTimeout as delay } from "node:timers/promises";

/** Asks again and again until the answer is neither undefined nor false. Fails after `withinMs` with what was seen last. */
export async function waitUntil<T>(
  what: string,
  ask: () => Promise<T | undefined | false> | T | undefined | false,
  withinMs = 10_000,
): Promise<T> {
  const deadline = performance.now() + withinMs;
  let last: unknown;
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== false) return answer;
      last = answer;
    } catch (error) {
      last = error;
    }
    if (performance.now() > deadline) throw new Error(`waited ${withinMs} ms in vain until ${what}`, { cause: last });
    await delay(20);
  }
}
