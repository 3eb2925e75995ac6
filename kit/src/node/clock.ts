import { setTimeout as delay } from "node:timers/promises";
import { type Instant, instant } from "../pure/time.ts";

/** Time as the code sees it: real here, virtual in simulation. */
export interface Clock {
  now(): Instant;
  /** Milliseconds that never run backwards, for measuring waits. */
  monotonicMs(): number;
  /** Resolves after `ms`, or rejects with the signal's reason. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => instant(Date.now()),
  monotonicMs: () => performance.now(),
  sleep: (ms, signal) => delay(ms, undefined, { signal }),
};
