/** What a series of samples says. */
export interface Summary {
  readonly n: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** Nearest rank: a value that was measured, never one between two. With fewer than 100 samples the 99th percentile is the worst one. */
export function quantile(samples: readonly number[], q: number): number {
  if (samples.length === 0) throw new RangeError("there is no quantile of nothing");
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] as number;
}

export const summarise = (samples: readonly number[]): Summary => ({
  n: samples.length,
  p50: quantile(samples, 0.5),
  p99: quantile(samples, 0.99),
  max: quantile(samples, 1),
});
