import { canonicalJson, DroverError } from "@drover/kit";
import type {
  PlaceName,
  PlacementChange,
  PlacementSnapshot,
  StoredPlacement,
} from "../../../control-plane/src/app/placement/placement-store.ts";
import type { Desired, NewRollout } from "../../../control-plane/src/domain/placement/plan.ts";
import { nextPhase } from "../../../control-plane/src/domain/rollout/phase.ts";
import { assignContents, assignGoals, renameAssignments, withdrawAssignments } from "./assignments.ts";
import { acts } from "./active-phases.ts";
import type { MemoryDatabase } from "./database.ts";
import type { RolloutRow } from "./rows.ts";
import { insertTargets, rememberPrevious } from "./placement-targets.ts";
import { settleRolledBack } from "./rollback.ts";
import { recordTransitions } from "./transitions.ts";
import { askFor } from "./work-queue.ts";

/** Carries a placement's plan out, all of it or nothing, in the steps and order of the real one. */
export function commitPlacement(database: MemoryDatabase, snapshot: PlacementSnapshot, change: PlacementChange): void {
  const { plan, placement, cause, rolloutIds } = change;
  advance(database, snapshot, placement);
  const open = activeRollouts(database, snapshot);

  for (const id of plan.ends) supersede(database, open, id, cause.actor);
  for (const [index, start] of plan.starts.entries()) begin(database, snapshot, open, change, start, rolloutIds[index] ?? "");
  for (const id of open) database.rollouts.put(id, moved(database, id));
  renameRollout(database, snapshot, open, plan.renames);
  join(database, snapshot, open, plan.joins);
  leave(database, snapshot, plan.leavers);
  upsertGoals(database, snapshot, undefined, [...plan.renames, ...plan.directs]);
  renameAssignments(database, snapshot, [...plan.renames, ...plan.starts.flatMap(({ targets }) => targets)].map(clusterOf));
  const to = { application: snapshot.application, environment: snapshot.environment, rolloutId: undefined, traceparent: cause.traceparent };
  assignGoals(database, to, plan.directs.map(clusterOf));
  assignContents(database, to, change.newcomers);
  rememberPrevious(database, snapshot, change.newcomers.keys());

  askFor(database, "rollout", [...open, ...rolloutIds]);
  if (canonicalJson(snapshot.stored.rivals) === canonicalJson(placement.rivals)) return;
  const rivals = new Set([...snapshot.stored.rivals, ...placement.rivals]);
  askFor(
    database,
    "placement",
    [...rivals].map((environment) => `${snapshot.application} ${environment}`),
  );
}

export function commitProblem(database: MemoryDatabase, snapshot: PlacementSnapshot, placement: StoredPlacement): void {
  advance(database, snapshot, placement);
  const open = database.rollouts.of(`${snapshot.application} ${snapshot.environment}`).filter(({ phase }) => acts(phase));
  for (const row of open) database.rollouts.put(row.id, { ...row, version: row.version + 1 });
  askFor(
    database,
    "rollout",
    open.map(({ id }) => id),
  );
}

const changed = ({ application, environment }: PlaceName, what: string): DroverError =>
  new DroverError("stale", "PLACEMENT_CHANGED", `commit placement of ${application} in ${environment}: ${what}`);

function advance({ placements }: MemoryDatabase, snapshot: PlacementSnapshot, stored: StoredPlacement): void {
  const { application, environment, version } = snapshot;
  const key = `${application} ${environment}`;
  const row = placements.get(key);
  if ((row?.version ?? version) !== version) throw changed(snapshot, `version ${version} has moved`);
  placements.put(key, { application, environment, version: (row?.version ?? 0) + 1, stored });
}

/** A rollout that began or ended since the snapshot would change the plan. */
function activeRollouts({ rollouts }: MemoryDatabase, snapshot: PlacementSnapshot): Set<string> {
  const { application, environment, active } = snapshot;
  const found = rollouts.of(`${application} ${environment}`).flatMap(({ id, phase }) => (acts(phase) ? [id] : []));
  const expected = Object.values(active);
  if (canonicalJson(found.toSorted()) !== canonicalJson(expected.toSorted())) throw changed(snapshot, "its rollouts have changed");
  return new Set(found.toSorted());
}

function moved({ rollouts }: MemoryDatabase, id: string): RolloutRow {
  const row = rollouts.get(id);
  if (row === undefined) throw new Error(`there is no rollout ${id}`);
  return { ...row, version: row.version + 1 };
}

function supersede(database: MemoryDatabase, open: Set<string>, id: string, actor: string): void {
  const row = database.rollouts.get(id);
  const to = open.has(id) && row ? nextPhase(row.phase, "superseded") : undefined;
  if (row === undefined || to === undefined) return;
  open.delete(id);
  const version = row.version + 1;
  database.rollouts.put(id, { ...row, phase: to, version, finishedAt: database.now(), holds: [] });
  recordTransitions(database, id, version, actor, [{ event: "superseded", from: row.phase, to }]);
  settleRolledBack(database, id, "superseded", actor);
}

function begin(
  database: MemoryDatabase,
  snapshot: PlacementSnapshot,
  open: Set<string>,
  { cause, strategy }: PlacementChange,
  { scope, supersedes, targets }: NewRollout,
  id: string,
): void {
  const { application, environment, completed } = snapshot;
  const content = targets[0]?.content;
  if (content === undefined) return;
  if (supersedes !== undefined) supersede(database, open, supersedes, cause.actor);
  const rival = database.rollouts.of(`${application} ${environment}`).find((row) => row.scope === scope && acts(row.phase));
  if (rival !== undefined) throw new Error(`rollouts_one_active: ${rival.id} is active there already`);
  const { releaseId, revision } = content;
  database.rollouts.put(id, {
    id,
    application,
    environment,
    scope,
    changeId: cause.changeId,
    releaseId,
    revision,
    previousRevision: completed?.revision,
    phase: "Pending",
    strategy,
    kind: cause.kind,
    rollsBack: undefined,
    acceptedFailures: 0,
    waveSizes: {},
    skippedWaves: [],
    holds: [],
    version: 1,
    traceparent: cause.traceparent,
    createdAt: database.now(),
    finishedAt: undefined,
  });
  upsertGoals(database, snapshot, id, targets);
  insertTargets(database, snapshot, id, targets.map(clusterOf), scope);
  recordTransitions(database, id, 1, cause.actor, [{ event: "created", from: "", to: "Pending" }]);
}

/** A rollout whose content has a newer name completes under that. */
function renameRollout(
  { rollouts }: MemoryDatabase,
  { active }: PlacementSnapshot,
  open: ReadonlySet<string>,
  renames: readonly Desired[],
): void {
  const content = renames.find(({ scope }) => scope === "Environment")?.content;
  const row = rollouts.get(active.Environment ?? "");
  if (row === undefined || content === undefined || !open.has(row.id)) return;
  rollouts.put(row.id, { ...row, revision: content.revision, releaseId: content.releaseId });
}

function join(database: MemoryDatabase, snapshot: PlacementSnapshot, open: ReadonlySet<string>, joins: readonly Desired[]): void {
  const row = database.rollouts.get(snapshot.active.Environment ?? "");
  if (row === undefined || !open.has(row.id) || joins.length === 0) return;
  upsertGoals(database, snapshot, row.id, joins);
  insertTargets(database, snapshot, row.id, joins.map(clusterOf), "Environment");
  const joined = joins.map(({ clusterId }) => ({ clusterId, event: "joined", from: "", to: "waiting" }));
  recordTransitions(database, row.id, row.version, "drover", joined);
}

/** Rollouts notice by themselves that a goal is gone. */
function leave(database: MemoryDatabase, snapshot: PlacementSnapshot, leavers: PlacementChange["plan"]["leavers"]): void {
  for (const { clusterId } of leavers) database.goals.delete(`${snapshot.application} ${snapshot.environment} ${clusterId}`);
  withdrawAssignments(
    database,
    snapshot,
    leavers.filter(({ withdraw }) => withdraw).map(({ clusterId }) => clusterId),
  );
}

/** A goal that no rollout needs to carry keeps the one it had. */
function upsertGoals(
  { goals }: MemoryDatabase,
  { application, environment }: PlaceName,
  rolloutId: string | undefined,
  upserted: readonly Desired[],
): void {
  for (const { clusterId, scope, content } of upserted) {
    const key = `${application} ${environment} ${clusterId}`;
    goals.put(key, { application, environment, clusterId, scope, content, rolloutId: rolloutId ?? goals.get(key)?.rolloutId });
  }
}

const clusterOf = ({ clusterId }: Desired): Desired["clusterId"] => clusterId;
