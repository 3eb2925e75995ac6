import type { AssignmentRow, RolloutRow } from "../memory/rows.ts";
import type { Change } from "../memory/table.ts";

/** Clusters that a rollout gave its content to in one transaction, told from the rows alone. */
export interface Dispatches {
  readonly before: RolloutRow | undefined;
  readonly after: RolloutRow;
  readonly clusters: readonly string[];
}

export function dispatchesIn(changes: readonly Change[]): readonly Dispatches[] {
  const rollouts = changes.filter((change): change is Change<RolloutRow> => change.table === "rollouts");
  if (rollouts.length === 0) return [];
  const assigned = changes.filter((change): change is Change<AssignmentRow> => change.table === "assignments");
  return rollouts.flatMap(({ before, after }) => {
    if (after === undefined) return [];
    const clusters = assigned.flatMap((change) =>
      change.after?.rolloutId === after.id && (change.before?.generation ?? 0) < change.after.generation ? [change.after.clusterId] : [],
    );
    return clusters.length === 0 ? [] : [{ before, after, clusters }];
  });
}
