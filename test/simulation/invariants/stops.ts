import { dispatchesIn } from "./dispatches.ts";
import type { Watch } from "./watch.ts";

/** A rollout that is paused, halted, rolling back or over gives nothing to anybody. */
export const watchStops: Watch = (world) => ({
  committed(changes) {
    for (const { before, after, clusters } of dispatchesIn(changes))
      if (before?.phase !== "Pending" && before?.phase !== "Running")
        world.fail(
          "stopped rollouts dispatch nothing",
          `rollout ${after.id} is ${before?.phase ?? "new"} and dispatched ${clusters.map((cluster) => world.nameOf(cluster)).join(", ")}`,
        );
  },
});
