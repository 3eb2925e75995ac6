import { DroverError } from "@drover/kit";
import type { ControlledRollout, PhaseChange, RolloutControl } from "../../../control-plane/src/app/rollout/control-rollout.ts";
import type { Order } from "../../../control-plane/src/domain/rollout/control.ts";
import { isActive } from "../../../control-plane/src/domain/rollout/phase.ts";
import { amountOf } from "../../../control-plane/src/domain/rollout/strategy.ts";
import type { TargetState } from "../../../control-plane/src/domain/rollout/target.ts";
import type { MemoryDatabase } from "./database.ts";
import type { RolloutRow, TargetRow } from "./rows.ts";
import { settleRolledBack } from "./rollback.ts";
import { recordTransitions, type Transition } from "./transitions.ts";
import { askFor } from "./work-queue.ts";

/** Audit rows are left out: nothing here asks for them. */
export const createMemoryRolloutControl = (database: MemoryDatabase): RolloutControl => ({
  load: async (id, cluster) => load(database, id, cluster),
  commit: async (id, version, change, { caller, order }) => {
    if (change !== "settled") database.transaction(() => commit(database, id, version, change.move, order, caller.actor));
  },
});

const uncounted: ReadonlySet<TargetState> = new Set(["left", "unchanged", "skipped"]);

function load(database: MemoryDatabase, id: string, cluster: string | undefined): ControlledRollout | undefined {
  const row = database.rollouts.get(id);
  if (row === undefined) return undefined;
  const targets = database.targets.of(id);
  const total = targets.filter(({ state }) => !uncounted.has(state)).length;
  return {
    phase: row.phase,
    version: row.version,
    failed: targets.filter(({ state }) => state === "failed").length,
    maxFailures: amountOf(row.strategy.maxFailures, total) + row.acceptedFailures,
    skippedWaves: row.skippedWaves,
    named: cluster === undefined ? undefined : targets.find((target) => isNamed(database, target, cluster))?.state,
    waves: row.strategy.waves,
    newer: newerThan(database, row)?.id,
  };
}

const newerThan = ({ rollouts }: MemoryDatabase, { id, application, environment, scope, createdAt }: RolloutRow): RolloutRow | undefined =>
  rollouts
    .of(`${application} ${environment}`)
    .filter((other) => other.scope === scope && (other.createdAt > createdAt || (other.createdAt === createdAt && other.id > id)))
    .toSorted((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1))[0];

const isNamed = ({ clusters }: MemoryDatabase, { clusterId }: TargetRow, cluster: string): boolean =>
  clusterId === cluster || clusters.get(clusterId)?.name === cluster;

function commit(database: MemoryDatabase, id: string, version: number, move: PhaseChange | undefined, order: Order, actor: string): void {
  const row = database.rollouts.get(id);
  if (row === undefined || row.version !== version)
    throw new DroverError("stale", "ROLLOUT_CHANGED", `change rollout ${id}: version ${version} has moved`);
  const isTakenUp = move?.event === "takenUp";
  if (isTakenUp && newerThan(database, row) !== undefined)
    throw new DroverError("stale", "ROLLOUT_CHANGED", `change rollout ${id}: another has begun since`);
  const goesOn = move === undefined || isActive(move.to);
  database.rollouts.put(id, {
    ...row,
    phase: move?.to ?? row.phase,
    acceptedFailures: row.acceptedFailures + (order.kind === "resume" ? order.acceptFailures : 0),
    skippedWaves: order.kind === "skipWave" ? [...row.skippedWaves, order.wave] : row.skippedWaves,
    version: version + 1,
    holds: goesOn ? row.holds : [],
    finishedAt: goesOn ? undefined : database.now(),
  });
  const own: readonly Transition[] =
    move !== undefined
      ? [{ event: move.event, from: move.from, to: move.to }]
      : order.kind === "skipWave"
        ? [{ event: "waveSkipped", from: row.phase, to: row.phase }]
        : [];
  recordTransitions(database, id, version + 1, actor, [...own, ...changeTargets(database, id, order, isTakenUp)]);
  if (isTakenUp) takeInWhoJoined(database, row);
  if (move?.event === "aborted") settleRolledBack(database, id, "aborted", actor);
  askFor(database, "rollout", [id]);
}

/** A cluster that is tried again keeps its wave; the planner dispatches it anew when there is a place. */
function changeTargets(database: MemoryDatabase, id: string, order: Order, isTakenUp: boolean): readonly Transition[] {
  if (order.kind !== "skipCluster" && order.kind !== "retry") return [];
  const { cluster } = order;
  const isSkip = order.kind === "skipCluster";
  const from = isSkip ? skippable : isTakenUp ? leftOpen : cluster === undefined ? failed : failedOrSkipped;
  const to = isSkip ? "skipped" : "waiting";
  const changed = database.targets
    .of(id)
    .filter((target) => from.includes(target.state) && (cluster === undefined || isNamed(database, target, cluster)));
  return changed.map((target) => {
    const { clusterId, state } = target;
    database.targets.put(`${id} ${clusterId}`, { ...target, state: to, retried: to === "waiting" });
    return { clusterId, event: isSkip ? "Skipped" : "RetryAsked", from: state, to };
  });
}

const skippable: readonly TargetState[] = ["waiting", "offline"];
const failed: readonly TargetState[] = ["failed"];
const failedOrSkipped: readonly TargetState[] = ["failed", "skipped"];
const leftOpen: readonly TargetState[] = ["failed", "inFlight"];

/** Clusters that joined while it was aborted have goals that nobody carries: forgotten, they are found missing by the placement, and join. */
function takeInWhoJoined(database: MemoryDatabase, { application, environment, scope }: RolloutRow): void {
  const { goals, assignments } = database;
  for (const goal of scope === "Environment" ? goals.of(`${application} ${environment}`) : []) {
    const assignment = assignments.get(`${goal.clusterId} ${application}`);
    const isReached =
      assignment?.environment === environment && assignment.state === "active" && assignment.content.digest === goal.content.digest;
    if (goal.scope === "Environment" && goal.rolloutId === undefined && !isReached)
      goals.delete(`${application} ${environment} ${goal.clusterId}`);
  }
  askFor(database, "placement", [`${application} ${environment}`]);
}
