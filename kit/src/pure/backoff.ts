export interface Backoff {
  readonly firstMs: number;
  readonly factor: number;
  readonly maxMs: number;
}

/** The wait before retry `attempt` (0 is the first), before jitter. */
export const backoffMs = ({ firstMs, factor, maxMs }: Backoff, attempt: number): number => Math.min(maxMs, firstMs * factor ** attempt);

/** Full jitter: anything between nothing and `ms`. `random` is in [0, 1). */
export const fullJitter = (ms: number, random: number): number => Math.floor(ms * random);

/** `ms` ± `share` of it. */
export const spread = (ms: number, share: number, random: number): number => Math.round(ms * (1 - share + 2 * share * random));
