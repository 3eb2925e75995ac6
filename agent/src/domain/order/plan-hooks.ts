import type { HookPhase } from "./hook.ts";
import type { HookRun } from "./sync-record.ts";

/** A hook as far as planning asks. */
export interface PlannedHook {
  readonly key: string;
  readonly phases: readonly HookPhase[];
  readonly wave: number;
  readonly rank: number;
}

export type HookPlan =
  | { readonly kind: "done" }
  | { readonly kind: "failed"; readonly key: string }
  /** Hooks of one wave: those to start now, and those to wait for. */
  | { readonly kind: "go"; readonly start: readonly string[]; readonly running: readonly string[] };

/** Decides which hooks of a phase are next: wave after wave, a wave's in the order of their kinds, each once. */
export function planHooks<Hook extends PlannedHook>(hooks: readonly Hook[], phase: HookPhase, runs: readonly HookRun[]): HookPlan {
  const outcomes = new Map(runs.filter((run) => run.phase === phase).map(({ key, outcome }) => [key, outcome]));
  const ofPhase = hooks
    .filter(({ phases }) => phases.includes(phase))
    .toSorted((a, b) => a.wave - b.wave || a.rank - b.rank || (a.key < b.key ? -1 : 1));
  const failed = ofPhase.find(({ key }) => outcomes.get(key) === "failed");
  if (failed) return { kind: "failed", key: failed.key };
  const next = ofPhase.find(({ key }) => outcomes.get(key) !== "succeeded");
  if (!next) return { kind: "done" };
  const keys = ofPhase.filter(({ wave, key }) => wave === next.wave && outcomes.get(key) !== "succeeded").map(({ key }) => key);
  return {
    kind: "go",
    start: keys.filter((key) => !outcomes.has(key)),
    running: keys.filter((key) => outcomes.has(key)),
  };
}
