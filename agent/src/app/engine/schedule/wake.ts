import type { Clock } from "@drover/kit/node";

/** A request to run that is remembered until it is taken, however often it is made. */
export class Wake {
  #pending = false;
  #resolve: (() => void) | undefined;

  request(): void {
    this.#pending = true;
    this.#resolve?.();
  }

  /** The run begins: what is requested from now on is for the next one. */
  taken(): void {
    this.#pending = false;
  }

  /** Resolves when a run is requested, after `ms` if given, or when the signal aborts. */
  async requested(ms: number | undefined, clock: Clock, signal: AbortSignal): Promise<void> {
    if (this.#pending || signal.aborted) return;
    const done = new AbortController();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#resolve = resolve;
    signal.addEventListener("abort", () => resolve(), { signal: done.signal });
    if (ms !== undefined) clock.sleep(ms, AbortSignal.any([signal, done.signal])).then(resolve, () => {});
    await promise;
    this.#resolve = undefined;
    done.abort();
  }
}
