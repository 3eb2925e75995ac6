import { DroverError } from "@drover/kit";

/** Requests at once. Four to sixteen saturate an API server on two cores; more only queue there. */
const bounds = { least: 2, most: 16 } as const;
/** Where the server asks for time without saying how much. */
const defaultPauseMs = 1_000;
/** The longest pause, also where a proxy asks for a day. */
const maxPauseMs = 5 * 60_000;

/** One request on its way. */
export interface Turn {
  readonly startedAtMs: number;
}

/**
 * How much we ask of an API server at once: one request more after each that it answers, half as many when it asks us to slow down (429),
 * and none at all for as long as it asks for. When it goes on asking, pauses double.
 */
export class Pace {
  readonly #nowMs: () => number;
  readonly #waiting = new Set<() => void>();
  #limit: number = bounds.most;
  #running = 0;
  #pausedUntilMs = 0;
  #slowedAtMs = Number.NEGATIVE_INFINITY;
  /** Since the last request that was answered. */
  #slowedTimes = 0;

  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
  }

  get limit(): number {
    return this.#limit;
  }

  /** Resolves when the request may leave; who enters must leave. Throws KUBE_THROTTLED at once where that is later than `patienceMs` from now. */
  async enter(operation: string, patienceMs: number, signal: AbortSignal): Promise<Turn> {
    while (this.#running >= this.#limit || this.#pauseMs() > 0) {
      const pauseMs = this.#pauseMs();
      if (pauseMs > patienceMs) throw throttled(operation, pauseMs);
      await this.#change(pauseMs, signal);
    }
    this.#running += 1;
    return { startedAtMs: this.#nowMs() };
  }

  leave(): void {
    this.#running -= 1;
    this.#wake();
  }

  answered(): void {
    this.#slowedTimes = 0;
    this.#limit = Math.min(bounds.most, this.#limit + 1);
  }

  /** Answers to requests that left before we slowed down say nothing about the new pace. */
  slowDown({ startedAtMs }: Turn, pauseMs = defaultPauseMs): void {
    if (startedAtMs < this.#slowedAtMs) return;
    this.#slowedAtMs = this.#nowMs();
    this.#limit = Math.max(bounds.least, Math.floor(this.#limit / 2));
    this.#pausedUntilMs = this.#nowMs() + Math.min(maxPauseMs, pauseMs * 2 ** this.#slowedTimes);
    this.#slowedTimes += 1;
  }

  #pauseMs(): number {
    return Math.max(0, this.#pausedUntilMs - this.#nowMs());
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
  }

  /** Until another request leaves or the pause is over. */
  #change(pauseMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = pauseMs > 0 ? setTimeout(() => end(resolve), pauseMs) : undefined;
      const wake = (): void => end(resolve);
      const abort = (): void => end(() => reject(signal.reason as Error));
      const end = (settle: () => void): void => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        signal.removeEventListener("abort", abort);
        settle();
      };
      this.#waiting.add(wake);
      signal.addEventListener("abort", abort);
      if (signal.aborted) abort();
    });
  }
}

const throttled = (operation: string, pauseMs: number): DroverError =>
  new DroverError("exhausted", "KUBE_THROTTLED", `${operation}: the API server asked us to wait ${Math.ceil(pauseMs / 1000)} s more`, {
    details: { status: 429, retryAfterMs: pauseMs },
  });
