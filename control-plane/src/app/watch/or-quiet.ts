import type { Clock } from "@drover/kit/node";

/** What comes, and `quiet` each time that nothing came for so long. Ends with the source, which ends with the signal. */
export async function* orQuiet<Item>(
  source: AsyncIterable<Item>,
  quietMs: number,
  clock: Pick<Clock, "sleep">,
  signal: AbortSignal,
): AsyncGenerator<Item | "quiet", void> {
  const iterator = source[Symbol.asyncIterator]();
  try {
    let next = iterator.next();
    for (;;) {
      const enough = new AbortController();
      const quiet = clock.sleep(quietMs, AbortSignal.any([signal, enough.signal])).then(
        () => "quiet" as const,
        () => next,
      );
      const first = await Promise.race([next, quiet]).finally(() => enough.abort());
      if (first === "quiet") yield first;
      else if (first.done === true) return;
      else {
        yield first.value;
        next = iterator.next();
      }
    }
  } finally {
    await iterator.return?.(undefined);
  }
}
