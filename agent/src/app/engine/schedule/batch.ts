import type { Clock } from "@drover/kit/node";
import { Wake } from "./wake.ts";

/** Handling takes a twentieth of a processor at most, however large what is handled is. */
const restPerWork = 19;
/** Where the process itself stood still for a second, that says nothing of the work: news must not wait for half a minute. */
const longestRestMs = 5_000;

/** Gathers items, each once, and hands them over together: the first at once, then at most every `everyMs`, the rest on stop. */
export class Batch<T> {
  readonly #everyMs: number;
  readonly #wake = new Wake();
  #items = new Set<T>();

  constructor(everyMs: number) {
    this.#everyMs = everyMs;
  }

  add(item: T): void {
    this.#items.add(item);
    this.#wake.request();
  }

  async run(handle: (items: readonly T[]) => void | Promise<void>, clock: Clock, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#wake.requested(undefined, clock, signal);
      this.#wake.taken();
      const items = [...this.#items];
      this.#items.clear();
      const startedAt = clock.monotonicMs();
      if (items.length > 0) await handle(items);
      const tookMs = clock.monotonicMs() - startedAt;
      await clock.sleep(Math.max(this.#everyMs, Math.min(tookMs * restPerWork, longestRestMs)), signal).catch(() => {});
    }
    if (this.#items.size > 0) await handle([...this.#items]);
  }
}
