import { watchBudgets } from "./budgets.ts";
import { watchCompletions } from "./completions.ts";
import { watchGenerations } from "./generations.ts";
import { watchRollbacks } from "./rollbacks.ts";
import { watchStops } from "./stops.ts";
import { watchSuccesses } from "./successes.ts";
import { watchTransitions } from "./transitions.ts";
import type { Invariants, Watch, Watched } from "./watch.ts";
import { watchWaves } from "./waves.ts";

const watches: readonly Watch[] = [
  watchBudgets,
  watchCompletions,
  watchGenerations,
  watchRollbacks,
  watchStops,
  watchSuccesses,
  watchTransitions,
  watchWaves,
];

export function watchAll(world: Watched): Invariants {
  const all = watches.map((watch) => watch(world));
  return {
    committed: (changes) => all.forEach((one) => one.committed?.(changes)),
    planned: (snapshot, plan) => all.forEach((one) => one.planned?.(snapshot, plan)),
    accepted: (agent) => all.forEach((one) => one.accepted?.(agent)),
    applying: (agent, application, applied) => all.forEach((one) => one.applying?.(agent, application, applied)),
    became: (agent, application, applied, health) => all.forEach((one) => one.became?.(agent, application, applied, health)),
  };
}
