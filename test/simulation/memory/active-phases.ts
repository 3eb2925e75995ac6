import type { Phase } from "../../../control-plane/src/domain/rollout/phase.ts";

const active: ReadonlySet<Phase> = new Set(["Pending", "Running", "Paused", "Halted"]);

/** Whether a rollout still acts: one that is RollingBack waits beside its rollback. */
export const acts = (phase: Phase): boolean => active.has(phase);
