import type { RolloutSnapshot } from "../../../control-plane/src/app/rollout/reconcile-rollout.ts";
import type { Content } from "../../../control-plane/src/domain/placement/content.ts";
import { nextPhase, type RolloutEvent } from "../../../control-plane/src/domain/rollout/phase.ts";
import { returns } from "../../../control-plane/src/domain/rollout/plan.ts";
import { rollbackStrategy } from "../../../control-plane/src/domain/rollout/strategy.ts";
import { renameAssignments } from "./assignments.ts";
import type { MemoryDatabase } from "./database.ts";
import { insertQuarantine } from "./quarantines.ts";
import type { GoalRow, RolloutRow, TargetRow } from "./rows.ts";
import { recordTransitions } from "./transitions.ts";
import { askFor } from "./work-queue.ts";

/** Begins to take back what `failed` brought, in the transaction that decided so. */
export function beginRollback(database: MemoryDatabase, failed: RolloutSnapshot): void {
  const row = database.rollouts.get(failed.id);
  const returning = failed.targets.filter(returns).flatMap(({ clusterId }) => database.targets.get(`${failed.id} ${clusterId}`) ?? []);
  const to = row && returnsTo(row, returning);
  if (row === undefined || to === undefined) return;
  const id = `${failed.id}-back`;
  const reason = `rollout ${failed.id} failed`;
  insertRollback(database, id, row, to);
  for (const { clusterId, wave, previous } of returning)
    database.targets.put(`${id} ${clusterId}`, waitingTarget(id, clusterId, wave, previous));
  const contentDigests = takeGoalsBack(database, id, row);
  const { application, environment, revision } = row;
  insertQuarantine(database, {
    id: `q-${failed.id}`,
    application,
    environment,
    revision,
    contentDigests,
    rolloutId: failed.id,
    returnsTo: to.revision,
    reason,
  });
  renameAssignments(
    database,
    failed,
    failed.targets.map(({ clusterId }) => clusterId),
  );
  recordTransitions(database, id, 1, "drover", [{ event: "created", from: "", to: "Pending" }]);
  askFor(database, "rollout", [id]);
}

export const waitingTarget = (
  rolloutId: string,
  clusterId: TargetRow["clusterId"],
  wave: number | undefined,
  previous: Content | undefined,
): TargetRow => ({
  rolloutId,
  clusterId,
  state: "waiting",
  wave,
  generation: undefined,
  retried: false,
  previous,
  wasDegraded: false,
  wasRefused: false,
  dispatchedAt: undefined,
  acknowledgedAt: undefined,
  succeededAt: undefined,
});

/** Where clusters had different things, the environment's last completed revision names it all, or what most of them had. */
function returnsTo({ previousRevision }: RolloutRow, returning: readonly TargetRow[]): Content | undefined {
  const counts = new Map<string, { readonly content: Content; clusters: number }>();
  for (const { previous } of returning) {
    if (previous === undefined) continue;
    const count = counts.get(previous.revision) ?? { content: previous, clusters: 0 };
    count.clusters += 1;
    counts.set(previous.revision, count);
  }
  const isCompleted = ({ revision }: Content): number => Number(revision === previousRevision);
  const [first] = [...counts.values()].toSorted(
    (a, b) =>
      isCompleted(b.content) - isCompleted(a.content) || b.clusters - a.clusters || (a.content.revision < b.content.revision ? -1 : 1),
  );
  return first?.content;
}

function insertRollback(database: MemoryDatabase, id: string, failed: RolloutRow, to: Content): void {
  database.rollouts.put(id, {
    ...failed,
    id,
    kind: "Rollback",
    rollsBack: failed.id,
    releaseId: to.releaseId,
    revision: to.revision,
    previousRevision: failed.revision,
    phase: "Pending",
    strategy: rollbackStrategy(failed.strategy),
    acceptedFailures: 0,
    waveSizes: {},
    skippedWaves: [],
    holds: [],
    version: 1,
    createdAt: database.now(),
    finishedAt: undefined,
  });
}

/** Every goal becomes what the cluster had before; one that had nothing before has none. Answers the contents that are taken back. */
function takeGoalsBack(
  database: MemoryDatabase,
  id: string,
  { id: failed, application, environment }: RolloutRow,
): GoalRow["content"]["digest"][] {
  const taken = new Set<GoalRow["content"]["digest"]>();
  for (const goal of database.goals.of(`${application} ${environment}`)) {
    if (goal.rolloutId !== failed) continue;
    const key = `${application} ${environment} ${goal.clusterId}`;
    const target = database.targets.get(`${failed} ${goal.clusterId}`);
    if (target !== undefined && target.previous?.digest !== goal.content.digest) taken.add(goal.content.digest);
    if (target?.previous === undefined) database.goals.delete(key);
    else database.goals.put(key, { ...goal, content: target.previous, rolloutId: id });
  }
  return [...taken].sort();
}

const endings = { completed: "rolledBack", superseded: "superseded", aborted: "aborted" } as const satisfies Record<string, RolloutEvent>;

/** Ends what `rollbackId` took back, if it is a rollback that takes something back and that still waits for it. */
export function settleRolledBack(database: MemoryDatabase, rollbackId: string, ended: keyof typeof endings, actor: string): void {
  const row = database.rollouts.get(database.rollouts.get(rollbackId)?.rollsBack ?? "");
  const event = endings[ended];
  const phase = row?.phase === "RollingBack" ? nextPhase(row.phase, event) : undefined;
  if (row === undefined || phase === undefined) return;
  const version = row.version + 1;
  database.rollouts.put(row.id, { ...row, phase, version, finishedAt: database.now(), holds: [] });
  recordTransitions(database, row.id, version, actor, [{ event, from: row.phase, to: phase }]);
}
