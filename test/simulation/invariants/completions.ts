import { amountOf } from "../../../control-plane/src/domain/rollout/strategy.ts";
import type { Target } from "../../../control-plane/src/domain/rollout/target.ts";
import type { Watch } from "./watch.ts";

/** A rollout is completed when every cluster is done with, and enough of them have succeeded. */
export const watchCompletions: Watch = (world) => ({
  planned({ id, rollout: { strategy }, targets }, { event, changes }) {
    if (event !== "completed") return;
    const fail = (message: string): void =>
      world.fail("rollouts complete when they are done", `rollout ${id} is completed, and ${message}`);
    const changed = new Map(changes.map(({ target, state }) => [target.clusterId, state]));
    const stateOf = ({ clusterId, state }: Target): Target["state"] => changed.get(clusterId) ?? state;
    const open = targets.find((target) => stateOf(target) === "waiting" || stateOf(target) === "inFlight");
    if (open !== undefined) fail(`${open.name} is ${stateOf(open)}`);
    const members = targets.filter((target) => stateOf(target) !== "left" && stateOf(target) !== "skipped");
    const successful = members.filter((target) => stateOf(target) === "succeeded" || stateOf(target) === "unchanged").length;
    const least = amountOf(strategy.minSuccessful, members.length);
    if (successful < least) fail(`${successful} of at least ${least} succeeded`);
  },
});
