import { type LabelSelector, parseDuration } from "@drover/kit";
import type { Strategy } from "@drover/proto/fleet";

/** A number of clusters, or a share of them such as `10%`. */
export type Amount = number | string;

export interface Wave {
  readonly name: string;
  readonly clusterSelector: LabelSelector;
  /** Only the first so many clusters that match, by name. */
  readonly count?: number;
  readonly maxConcurrency: Amount;
  readonly soakMs: number;
}

/** A strategy with every default filled in. It is frozen with the rollout, so that an edit cannot change one that runs. */
export interface RolloutStrategy {
  /** The last wave takes every cluster that matched none before it. */
  readonly waves: readonly Wave[];
  readonly maxFailures: Amount;
  readonly maxOffline: Amount;
  readonly progressDeadlineMs: number;
  readonly degradedGraceMs: number;
}

const everyCluster: LabelSelector = {};
const canaryFirst: NonNullable<Strategy["waves"]> = [{ name: "canary", count: 1 }];

/** Fills in the defaults, which are the safe ones: one cluster first, then a tenth of the rest at a time, and no failure. */
export function resolveStrategy(strategy: Strategy = {}): RolloutStrategy {
  const named = strategy.waves ?? canaryFirst;
  const concurrency = (index: number): Amount => strategy.maxConcurrency ?? (index === 0 ? 1 : "10%");
  const waves = named.map((wave, index): Wave => ({
    name: wave.name,
    clusterSelector: wave.clusterSelector ?? everyCluster,
    ...(wave.count === undefined ? {} : { count: wave.count }),
    maxConcurrency: wave.maxConcurrency ?? concurrency(index),
    soakMs: wave.soakTime === undefined ? 0 : parseDuration(wave.soakTime),
  }));
  const others: Wave = { name: "others", clusterSelector: everyCluster, maxConcurrency: concurrency(waves.length), soakMs: 0 };
  return {
    waves: [...waves, others],
    maxFailures: strategy.maxFailures ?? 0,
    maxOffline: strategy.maxOffline ?? 0,
    progressDeadlineMs: parseDuration(strategy.progressDeadline ?? "15m"),
    degradedGraceMs: parseDuration(strategy.degradedGracePeriod ?? "60s"),
  };
}

/** Percentages round down. */
export function amountOf(amount: Amount, total: number): number {
  return typeof amount === "number" ? amount : Math.floor((Number(amount.slice(0, -1)) * total) / 100);
}
