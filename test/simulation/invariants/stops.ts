import { dispatchesIn } from "./dispatches.ts";
import type { Watch } from "./watch.ts";

/** A rollout that is paused, halted or over gives nothing to anybody, nor does one of a fleet that is stopped or frozen. */
export const watchStops: Watch = (world) => ({
  committed(changes) {
    for (const { before, after, clusters } of dispatchesIn(changes))
      if (before?.phase !== "Pending" && before?.phase !== "Running")
        world.fail(
          "stopped rollouts dispatch nothing",
          `rollout ${after.id} is ${before?.phase ?? "new"} and dispatched ${clusters.map((cluster) => world.nameOf(cluster)).join(", ")}`,
        );
  },
  planned({ id, rollout: { kind, restrictions } }, { decisions }) {
    const dispatched = decisions.find((decision) => decision.kind === "dispatch");
    if (dispatched === undefined) return;
    const isFrozen = restrictions.freeze !== undefined && restrictions.breakGlass === undefined && kind === "Rollout";
    if (restrictions.stopped !== undefined || isFrozen)
      world.fail(
        "stopped rollouts dispatch nothing",
        `rollout ${id} dispatched ${world.nameOf(dispatched.clusterId)} of a fleet that is ${isFrozen ? "frozen" : "stopped"}`,
      );
  },
});
