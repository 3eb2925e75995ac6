import { DroverError } from "@drover/kit";
import type { PhaseChange, RolloutControl } from "../../../control-plane/src/app/control-rollout.ts";
import { isActive } from "../../../control-plane/src/domain/rollout/phase.ts";
import { amountOf } from "../../../control-plane/src/domain/rollout/strategy.ts";
import type { MemoryDatabase } from "./database.ts";
import { recordTransitions } from "./transitions.ts";
import { askFor } from "./work-queue.ts";

/** Audit rows are left out: nothing here asks for them. */
export const createMemoryRolloutControl = (database: MemoryDatabase): RolloutControl => ({
  standing: async (id) => {
    const row = database.rollouts.get(id);
    if (row === undefined) return undefined;
    const states = database.targets.of(id).map(({ state }) => state);
    const total = states.filter((state) => state !== "left" && state !== "unchanged").length;
    const failed = states.filter((state) => state === "failed").length;
    const maxFailures = amountOf(row.strategy.maxFailures, total) + row.acceptedFailures;
    return { phase: row.phase, version: row.version, failed, maxFailures };
  },
  commit: async (id, version, change, { caller }) => {
    if (change !== undefined) database.transaction(() => commitChange(database, id, version, change, caller.actor));
  },
});

function commitChange(
  database: MemoryDatabase,
  id: string,
  version: number,
  { event, from, to, acceptFailures }: PhaseChange,
  actor: string,
): void {
  const row = database.rollouts.get(id);
  if (row === undefined || row.version !== version)
    throw new DroverError("stale", "ROLLOUT_CHANGED", `change rollout ${id}: version ${version} has moved`);
  database.rollouts.put(id, {
    ...row,
    phase: to,
    acceptedFailures: row.acceptedFailures + acceptFailures,
    version: version + 1,
    holds: isActive(to) ? row.holds : [],
    finishedAt: isActive(to) ? row.finishedAt : database.now(),
  });
  recordTransitions(database, id, version + 1, actor, [{ event, from, to }]);
  askFor(database, "rollout", [id]);
}
