import { DroverError } from "@drover/kit";
import type { RolloutSnapshot, RolloutStore } from "../../../control-plane/src/app/rollout/reconcile-rollout.ts";
import type { GatePlace } from "../../../control-plane/src/domain/rollout/gate.ts";
import { isActive, nextPhase } from "../../../control-plane/src/domain/rollout/phase.ts";
import type { RolloutPlan, TargetChange } from "../../../control-plane/src/domain/rollout/plan.ts";
import type { CurrentAssignment, ObservedStatus, Target } from "../../../control-plane/src/domain/rollout/target.ts";
import { assignGoals } from "./assignments.ts";
import { atOnce, type Between, type MemoryDatabase } from "./database.ts";
import type { AssignmentRow, RolloutRow, StatusRow, TargetRow } from "./rows.ts";
import { quarantinedRevision } from "./quarantines.ts";
import { restrictionFacts } from "./restrictions.ts";
import { beginRollback, settleRolledBack } from "./rollback.ts";
import { recordTransitions } from "./transitions.ts";

export const createMemoryRolloutStore = (database: MemoryDatabase, between = atOnce): RolloutStore => ({
  load: (id) => load(database, between, id),
  commit: async (snapshot, plan) => database.transaction(() => commit(database, snapshot, plan)),
});

/** The rollout first, then its targets, as two looks at the database. */
async function load(database: MemoryDatabase, between: Between, id: string): Promise<RolloutSnapshot | undefined> {
  const row = database.rollouts.get(id);
  if (row === undefined) return undefined;
  const { application, environment, version, traceparent, holds } = row;
  const { kind, phase, strategy, acceptedFailures, waveSizes, skippedWaves } = row;
  await between();
  const gates = database.gateRuns.of(id);
  await between();
  const rows = database.targets.of(id);
  const targets = rows.map((target) => targetOf(database, row, target));
  await between();
  const restrictedBy = restrictionFacts(database, row, rows);
  const quarantined = quarantinedRevision(database, application, row.revision);
  const rollout = {
    ...(quarantined === undefined ? {} : { quarantined }),
    kind,
    phase,
    strategy,
    acceptedFailures,
    waveSizes,
    skippedWaves,
    gates,
  };
  return { id, application, environment, version, traceparent, rollout, holds, targets, restrictedBy };
}

function targetOf(database: MemoryDatabase, { id, application, environment }: RolloutRow, row: TargetRow): Target {
  const { clusterId, state, wave, generation, retried, previous, wasDegraded, wasRefused, dispatchedAt, acknowledgedAt, succeededAt } = row;
  const name = database.clusters.get(clusterId)?.name ?? "";
  const form = database.fleetObjects.get(`Cluster/${name}`)?.form as { readonly labels?: Target["labels"] } | undefined;
  const goal = database.goals.get(`${application} ${environment} ${clusterId}`);
  const assigned = database.assignments.get(`${clusterId} ${application}`);
  const assignment = assigned?.environment === environment ? assigned : undefined;
  const report = database.clusterReports.get(clusterId);
  return {
    clusterId,
    name,
    labels: form?.labels ?? {},
    state,
    wave,
    retried,
    hasPrevious: previous !== undefined && previous.digest !== assignment?.content.digest,
    generation,
    wasDegraded,
    wasRefused,
    dispatchedAt,
    acknowledgedAt,
    succeededAt,
    goal: goal?.rolloutId === id ? { contentDigest: goal.content.digest, bundle: goal.content.bundle } : undefined,
    assignment: assignment && currentOf(assignment),
    status: observedOf(database.statuses.get(`${clusterId} ${application}`)),
    lastSeen: report?.seenAt,
    inMaintenance: report?.maintenance === true,
    window: undefined,
  };
}

const currentOf = ({ generation, content, state, acknowledgedAt, provenAt }: AssignmentRow): CurrentAssignment => ({
  generation,
  contentDigest: content.digest,
  state,
  acknowledgedAt,
  provenAt,
});

const observedOf = (row: StatusRow | undefined): ObservedStatus | undefined =>
  row && {
    generation: row.generation,
    bundle: row.bundle,
    sync: row.sync,
    health: row.health,
    degradedSince: row.degradedSince,
    lastDegradedAt: row.lastDegradedAt,
    reportedAt: row.reportedAt,
    holdsPrune: row.heldHash !== undefined,
    refusal: row.refusal,
  };

function commit(database: MemoryDatabase, snapshot: RolloutSnapshot, plan: RolloutPlan): void {
  const { id, application } = snapshot;
  const from = snapshot.rollout.phase;
  const to = (plan.event && nextPhase(from, plan.event)) ?? from;
  const row = database.rollouts.get(id);
  if (row === undefined || row.version !== snapshot.version)
    throw new DroverError("stale", "ROLLOUT_CHANGED", `commit rollout ${id}: version ${snapshot.version} has moved`);
  const { holds, waveSizes } = plan;
  const finishedAt = isActive(to) ? row.finishedAt : (row.finishedAt ?? database.now());
  const version = row.version + 1;
  database.rollouts.put(id, { ...row, version, phase: to, holds, waveSizes, finishedAt });

  const dispatched = plan.decisions.filter(({ kind }) => kind === "dispatch").map(({ clusterId }) => clusterId);
  const generations = assignGoals(database, { ...snapshot, rolloutId: id }, dispatched);
  const changes = plan.changes.map((change) => ({ ...change, generation: generations.get(change.target.clusterId) ?? change.generation }));
  for (const change of changes) updateTarget(database, id, change);
  for (const { wave, when, gate } of plan.opens) openGate(database, { rolloutId: id, wave, when, gate });
  for (const change of changes) recordProof(database, application, change);
  recordTransitions(database, id, version, "drover", [
    ...(plan.event === undefined ? [] : [{ event: plan.event, from, to }]),
    ...changes
      .filter(({ state, target, because }) => state !== target.state || because !== undefined)
      .map(({ target, state, because }) => ({
        clusterId: target.clusterId,
        event: because?.kind ?? state,
        from: target.state,
        to: state,
      })),
  ]);
  if (plan.event === "rollbackStarted") beginRollback(database, snapshot);
  if (plan.event === "completed") settleRolledBack(database, id, "completed", "drover");
}

function updateTarget({ targets }: MemoryDatabase, rolloutId: string, change: TargetChange): void {
  const key = `${rolloutId} ${change.target.clusterId}`;
  const row = targets.get(key);
  if (row === undefined) return;
  const { state, wave, generation, wasDegraded, wasRefused, dispatchedAt, acknowledgedAt, succeededAt } = change;
  const judged = { state, wave, generation, wasDegraded, wasRefused, dispatchedAt, acknowledgedAt, succeededAt };
  targets.put(key, { ...row, ...judged, retried: row.retried && state === "waiting" });
}

function openGate({ gateRuns }: MemoryDatabase, place: GatePlace & { readonly rolloutId: string }): void {
  const key = `${place.rolloutId} ${place.wave} ${place.when} ${place.gate}`;
  if (gateRuns.get(key) === undefined) gateRuns.put(key, { ...place, state: "Open", message: "", next: undefined });
}

/** Latches what a report proved of exactly this generation, in case whoever stored the report did not. */
function recordProof({ assignments }: MemoryDatabase, application: string, change: TargetChange): void {
  const { state, generation, acknowledgedAt, succeededAt } = change;
  const provenAt = state === "succeeded" ? succeededAt : undefined;
  const key = `${change.target.clusterId} ${application}`;
  const row = assignments.get(key);
  if (row === undefined || row.generation !== generation) return;
  const proven = { ...row, acknowledgedAt: row.acknowledgedAt ?? acknowledgedAt ?? provenAt, provenAt: row.provenAt ?? provenAt };
  if (proven.acknowledgedAt !== row.acknowledgedAt || proven.provenAt !== row.provenAt) assignments.put(key, proven);
}
