import { backoffMs, fullJitter } from "@drover/kit";

/** Behind the fixed first second: a broker that comes back is met by a whole fleet, so the later the wider it spreads. */
const jitter = { firstMs: 2_000, factor: 1.5, maxMs: 60_000 } as const;
const leastMs = 1_000;

export const reconnectDelayMs = (attempt: number, random: number): number => leastMs + fullJitter(backoffMs(jitter, attempt), random);
