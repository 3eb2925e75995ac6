import { type ObjectReader, openObjectReader } from "./object-reader.ts";

/** Reads come in bursts: a promotion or a release makes a dozen within a second. */
const keptMs = 2_000;
/** Far below what a reader may take in all, so that its last user has time left. */
const oldestMs = 10_000;

interface Running {
  readonly reader: ObjectReader;
  readonly stop: AbortController;
  readonly keepUntilMs: number;
}

/**
 * Lends readers of a repository, each to one at a time. To start git takes longer than most reads: whoever comes next gets the reader of the
 * one before, if it is still there. It sees what was fetched meanwhile.
 */
export function keepReader(gitDir: string): (signal: AbortSignal) => ObjectReader {
  let kept: { readonly running: Running; readonly timer: NodeJS.Timeout } | undefined;

  const take = (): Running => {
    const found = kept;
    kept = undefined;
    clearTimeout(found?.timer);
    if (found !== undefined && !found.running.reader.hasEnded()) return found.running;
    const stop = new AbortController();
    return { reader: openObjectReader(gitDir, stop.signal), stop, keepUntilMs: performance.now() + oldestMs };
  };
  const giveBack = async (running: Running): Promise<void> => {
    const isGood = !running.stop.signal.aborted && !running.reader.hasEnded() && performance.now() < running.keepUntilMs;
    if (!isGood || kept !== undefined) return running.reader[Symbol.asyncDispose]();
    const close = (): void => {
      kept = undefined;
      void running.reader[Symbol.asyncDispose]();
    };
    kept = { running, timer: setTimeout(close, keptMs) };
  };

  return (signal) => {
    const running = take();
    const abort = (): void => running.stop.abort();
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    return {
      ...running.reader,
      async [Symbol.asyncDispose]() {
        signal.removeEventListener("abort", abort);
        await giveBack(running);
      },
    };
  };
}
