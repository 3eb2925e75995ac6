import type { Lifecycle } from "@drover/kit/node";
import type { Measurement } from "./row.ts";

/** What a group of measurements is given. It leaves nothing behind that `lifecycle` does not end. */
export interface Bench {
  /** Private to this group, removed afterwards unless something went wrong. */
  readonly folder: string;
  readonly lifecycle: Lifecycle;
  readonly signal: AbortSignal;
  /** Tells the person who waits. */
  readonly say: (line: string) => void;
  readonly options: BenchOptions;
}

export interface BenchOptions {
  /** Simulated agents of the group `rollout`. */
  readonly agents: number;
  readonly rollouts: number;
  /** Of the group `api`, with as many applications each. */
  readonly clusters: number;
  readonly applications: number;
  /** That come in each second beside its lists. */
  readonly statuses: number;
}

export type Group = (bench: Bench) => Promise<readonly Measurement[]>;
