import { errorChain } from "@drover/kit";
import { type Progress, seconds } from "../progress.ts";
import type { World } from "../world.ts";
import type { Step } from "./step.ts";

export interface StepResult {
  readonly name: string;
  readonly durationMs: number;
  readonly outcome: { readonly kind: "verified"; readonly what: string } | { readonly kind: "failed"; readonly why: string };
}

/** Runs steps until one fails: the next would begin from another world than it expects. Throws only when interrupted. */
export async function play(steps: readonly Step[], world: World, progress: Progress): Promise<readonly StepResult[]> {
  const results: StepResult[] = [];
  for (const step of steps) {
    const result = await playStep(step, world);
    results.push(result);
    const [mark, words] = result.outcome.kind === "verified" ? ["ok  ", result.outcome.what] : ["FAIL", result.outcome.why];
    progress.line(`${mark} ${step.name} (${seconds(result.durationMs)}): ${words}`);
    if (result.outcome.kind === "failed") break;
  }
  return results;
}

async function playStep({ name, run }: Step, world: World): Promise<StepResult> {
  const start = performance.now();
  try {
    const what = await run(world);
    return { name, durationMs: performance.now() - start, outcome: { kind: "verified", what } };
  } catch (error) {
    world.signal.throwIfAborted();
    return { name, durationMs: performance.now() - start, outcome: { kind: "failed", why: errorChain(error) } };
  }
}
