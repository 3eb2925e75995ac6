import type { RolloutRow, TargetRow } from "../memory/rows.ts";
import type { Watch } from "./watch.ts";

/** A target has succeeded only if its cluster was really brought to be Healthy in that very generation: old news opens nothing. */
export const watchSuccesses: Watch = (world) => {
  const healthy = new Set<string>();
  return {
    became({ cluster }, application, { generation }, health) {
      if (health === "Healthy") healthy.add(`${cluster} ${application} ${generation}`);
    },
    committed(changes) {
      for (const { table, before, after } of changes) {
        if (table !== "rollout_targets") continue;
        const { rolloutId, clusterId, state, generation } = after as TargetRow;
        const was = (before as TargetRow | undefined)?.state;
        if (state === was || (state !== "succeeded" && state !== "unchanged")) continue;
        const { application }: RolloutRow = world.database.rollouts.get(rolloutId)!;
        const proven = state === "unchanged" ? world.database.assignments.get(`${clusterId} ${application}`)?.generation : generation;
        if (!healthy.has(`${clusterId} ${application} ${proven}`))
          world.fail(
            "successes are real",
            `rollout ${rolloutId}: ${world.nameOf(clusterId)} is ${state}, and was never Healthy in generation ${proven}`,
          );
      }
    },
  };
};
