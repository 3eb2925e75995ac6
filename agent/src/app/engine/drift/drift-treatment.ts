import type { Drift } from "../../../domain/drift/judge.ts";
import { type Treatment, treatmentOf } from "../../../domain/drift/treatment.ts";
import type { Application } from "../application.ts";
import { driftOf, type Tracked } from "../tracked.ts";

export const treatmentFor = ({ assignment }: Application, drift: Drift): Treatment =>
  assignment ? treatmentOf(assignment.syncPolicy, drift) : "ignore";

/**
 * Whether the object's drift stays until git changes. A new generation brings everything to what git says, whatever the mode: the
 * rollout that waits for it would not end otherwise. Runs of one that was applied to its end leave it alone.
 */
export function isLeftAlone(application: Application, tracked: Tracked): boolean {
  const drift = driftOf(tracked);
  const isSame = tracked.applied?.desired === tracked.wanted?.desired;
  const wasApplied = application.appliedGeneration === application.assignment?.generation;
  return drift !== undefined && isSame && wasApplied && treatmentFor(application, drift) !== "heal";
}
