import type { Clock, Log } from "@drover/kit/node";

interface Repetition {
  readonly name: string;
  readonly everyMs: number;
  readonly work: (signal: AbortSignal) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Does the work now, whenever woken, and every so often besides; never twice at once. A failure is logged, and the next turn comes. */
export function repeatUntilStopped({ name, everyMs, work, clock, log }: Repetition): {
  readonly wake: () => void;
  readonly stop: () => Promise<void>;
} {
  const stopping = new AbortController();
  let pause = new AbortController();
  let isWanted = false;
  const wake = (): void => {
    isWanted = true;
    pause.abort();
  };
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      isWanted = false;
      pause = new AbortController();
      await work(stopping.signal).catch((err: unknown) => {
        if (!stopping.signal.aborted) log.warn({ err, task: name }, "a repeated task failed");
      });
      if (!isWanted) await clock.sleep(everyMs, AbortSignal.any([stopping.signal, pause.signal])).catch(() => {});
    }
  };
  const running = run();
  return {
    wake,
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
