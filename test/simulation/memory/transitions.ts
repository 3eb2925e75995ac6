import type { MemoryDatabase } from "./database.ts";
import type { TransitionRow } from "./rows.ts";

export type Transition = Pick<TransitionRow, "event" | "from" | "to"> & { readonly clusterId?: string };

/** `step` is the rollout's version after the change. The key keeps two replicas from recording one step twice. */
export function recordTransitions(
  { transitions }: MemoryDatabase,
  rolloutId: string,
  step: number,
  actor: string,
  recorded: readonly Transition[],
): void {
  for (const { clusterId = "", event, from, to } of recorded) {
    const key = `${rolloutId} ${step} ${clusterId}`;
    if (transitions.get(key) !== undefined) throw new Error(`rollout_transitions: ${key} is there already`);
    transitions.put(key, { rolloutId, step, clusterId, event, from, to, actor });
  }
}
