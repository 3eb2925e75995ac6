import { setTimeout as sleep } from "node:timers/promises";
import { DroverError, errorChain } from "@drover/kit";

/** One look at the world: it is as expected, or this is what was found instead. `never`: looking again is of no use. */
export type Finding<T> = { readonly kind: "right"; readonly value: T } | { readonly kind: "not yet" | "never"; readonly found: string };

export const right = <T>(value: T): Finding<T> => ({ kind: "right", value });
export const notYet = (found: string): Finding<never> => ({ kind: "not yet", found });
export const never = (found: string): Finding<never> => ({ kind: "never", found });

export interface Expectation<T> {
  /** What should become true: "staging-1 runs v1". */
  readonly expected: string;
  readonly withinMs: number;
  readonly signal: AbortSignal;
  /** An error that it throws counts as "not yet": servers may be on their way up. */
  look(): Promise<Finding<T>>;
}

const firstPauseMs = 20;
const longestPauseMs = 150;

/** Looks again and again. Throws `timeout` EXPECTATION_UNMET with what was expected and what was found last. */
export async function waitUntil<T>({ expected, withinMs, signal, look }: Expectation<T>): Promise<T> {
  const end = performance.now() + withinMs;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(longestPauseMs, pauseMs * 1.5)) {
    signal.throwIfAborted();
    const finding = await look().catch((error: unknown) => notYet(errorChain(error)));
    if (finding.kind === "right") return finding.value;
    if (finding.kind === "never" || performance.now() > end) throw unmet(expected, finding.found);
    await sleep(pauseMs, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

export const unmet = (expected: string, found: string): DroverError =>
  new DroverError("timeout", "EXPECTATION_UNMET", `expected: ${expected}; found: ${found}`);
