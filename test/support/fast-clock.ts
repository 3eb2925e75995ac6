import { instant } from "@drover/kit";
import { type Clock, systemClock } from "@drover/kit/node";

/** A clock that runs `factor` times as fast as others: what an agent does every five seconds need not be waited for that long. */
export function fastClock(factor: number): Clock {
  const startedAt = systemClock.now();
  const startedMs = systemClock.monotonicMs();
  return {
    now: () => instant(startedAt + (systemClock.now() - startedAt) * factor),
    monotonicMs: () => startedMs + (systemClock.monotonicMs() - startedMs) * factor,
    sleep: (ms, signal) => systemClock.sleep(ms / factor, signal),
  };
}
