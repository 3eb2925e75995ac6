import { dispatchesIn } from "./dispatches.ts";
import type { Watch } from "./watch.ts";

/** A rollout that is paused, halted or over gives nothing to anybody, nor does one of a fleet that is stopped or frozen at that moment. */
export const watchStops: Watch = (world) => {
  const { database } = world;
  return {
    committed(changes) {
      for (const { before, after, clusters } of dispatchesIn(changes)) {
        const isFrozen = after.kind === "Rollout" && database.fleetObjects.of("Freeze").length > 0;
        const because =
          before?.phase !== "Pending" && before?.phase !== "Running"
            ? `it is ${before?.phase ?? "new"}`
            : database.emergencyStops.get("fleet") !== undefined
              ? "the fleet is stopped"
              : isFrozen
                ? "the fleet is frozen"
                : undefined;
        const names = clusters.map((cluster) => world.nameOf(cluster)).join(", ");
        if (because !== undefined)
          world.fail("what is stopped dispatches nothing", `rollout ${after.id} dispatched ${names}, and ${because}`);
      }
    },
  };
};
