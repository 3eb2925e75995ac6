import { DroverError } from "@drover/kit";
import { failpoint } from "../../../app/failpoint.ts";
import type { RolloutSnapshot, RolloutStore } from "../../../app/rollout/reconcile-rollout.ts";
import { isActive, nextPhase, type Phase } from "../../../domain/rollout/phase.ts";
import type { RolloutPlan, TargetChange } from "../../../domain/rollout/plan.ts";
import { type Assigned, assignGoals, recordProofs } from "../placement/assignments.ts";
import { beginRollback } from "../rollback/begin-rollback.ts";
import type { Database, Db } from "../database.ts";
import { type NewEvent, recordEvents } from "../history/event-log.ts";
import { openGates } from "../gate/gate-runs.ts";
import { loadRollout } from "./rollout-snapshot.ts";
import { askForFollowers } from "../promotion/upstream-revisions.ts";
import { recordTransitions, type Transition } from "./rollout-transitions.ts";
import { settleRolledBack } from "../rollback/settle-rolled-back.ts";

export const createRolloutStore = (database: Database): RolloutStore => ({
  load: (id) => loadRollout(database, id),
  commit: (snapshot, plan) => database.transaction((tx) => commitPlan(tx, snapshot, plan)),
});

async function commitPlan(tx: Db, snapshot: RolloutSnapshot, plan: RolloutPlan): Promise<void> {
  const from = snapshot.rollout.phase;
  const to = (plan.event && nextPhase(from, plan.event)) ?? from;
  const step = await advance(tx, snapshot, plan, to);
  const dispatched = plan.decisions.filter(({ kind }) => kind === "dispatch").map(({ clusterId }) => clusterId);
  const assigned = dispatched.length === 0 ? [] : await assignGoals(tx, { ...snapshot, rolloutId: snapshot.id }, dispatched);
  const changes = withGenerations(plan.changes, assigned);
  await updateTargets(tx, snapshot.id, changes);
  await openGates(tx, snapshot.id, plan.opens);
  await recordProofs(tx, snapshot.application, changes.flatMap(proofOf));
  await recordTransitions(tx, snapshot.id, step, "drover", [
    ...(plan.event === undefined ? [] : [{ event: plan.event, from, to, because: plan.eventBecause }]),
    ...changes.filter(isMove).map(toTransition),
  ]);
  await recordEvents(tx, eventsOf(snapshot, plan, step, to, changes));
  if (plan.event === "rollbackStarted") await beginRollback(tx, snapshot, plan);
  if (plan.event === "completed") {
    await settleRolledBack(tx, snapshot.id, "completed", "drover");
    await askForFollowers(tx, snapshot.application, snapshot.environment);
  }
  failpoint("rollout.commit.inside");
}

/** Compare-and-set on the version: of two replicas with the same snapshot one writes, the other looks again. */
async function advance(tx: Db, { id, version }: RolloutSnapshot, plan: RolloutPlan, phase: Phase): Promise<number> {
  const { rows } = await tx.query<{ version: number }>({
    name: "rollout-advance",
    text: `update rollouts
              set version = version + 1, phase = $3, holds = $4, wave_sizes = $5,
                  started_at = case when $3 = 'Pending' then started_at else coalesce(started_at, now()) end,
                  finished_at = case when $6 then finished_at else coalesce(finished_at, now()) end
            where id = $1 and version = $2
           returning version`,
    values: [id, version, phase, JSON.stringify(plan.holds), JSON.stringify(plan.waveSizes), isActive(phase)],
  });
  const row = rows[0];
  if (row === undefined) throw new DroverError("stale", "ROLLOUT_CHANGED", `commit rollout ${id}: version ${version} has moved`);
  return row.version;
}

function withGenerations(changes: readonly TargetChange[], assigned: readonly Assigned[]): readonly TargetChange[] {
  const generations = new Map(assigned.map(({ clusterId, generation }) => [clusterId, generation]));
  return changes.map((change) => ({ ...change, generation: generations.get(change.target.clusterId) ?? change.generation }));
}

const isMove = ({ state, target, because }: TargetChange): boolean => state !== target.state || because !== undefined;

const toTransition = ({ target, state, because }: TargetChange): Transition => ({
  clusterId: target.clusterId,
  event: because?.kind ?? state,
  from: target.state,
  to: state,
  because,
});

const proofOf = ({ target: { clusterId }, state, generation, acknowledgedAt, succeededAt }: TargetChange) =>
  generation !== undefined && (state === "succeeded" || acknowledgedAt !== undefined)
    ? [{ clusterId, generation, acknowledgedAt, provenAt: state === "succeeded" ? succeededAt : undefined }]
    : [];

/**
 * `offset 0` keeps the rollout's id out of the planner's sight: it would expect to find one target of a rollout that its statistics do not
 * know yet, and compare each of ten thousand with all ten thousand changes.
 */
async function updateTargets(tx: Db, rolloutId: string, changes: readonly TargetChange[]): Promise<void> {
  if (changes.length === 0) return;
  const times = (pick: (change: TargetChange) => number | undefined): (string | null)[] =>
    changes.map((change) => {
      const at = pick(change);
      return at === undefined ? null : new Date(at).toISOString();
    });
  await tx.query({
    name: "rollout-targets-update",
    text: `update rollout_targets t
              set state = c.state, retried = t.retried and c.state = 'waiting', wave = c.wave, generation = c.generation, was_degraded = c.was_degraded,
                  was_refused = c.was_refused,
                  dispatched_at = c.dispatched_at, acknowledged_at = c.acknowledged_at, succeeded_at = c.succeeded_at,
                  failed_at = case when c.state = 'failed' then coalesce(t.failed_at, now()) end, because = coalesce(c.because, t.because)
             from (select $1::text as rollout_id, u.*
                     from unnest($2::text[], $3::text[], $4::int[], $5::bigint[], $6::bool[], $7::timestamptz[], $8::timestamptz[], $9::timestamptz[],
                                 $10::jsonb[], $11::bool[]) as u (cluster_id, state, wave, generation, was_degraded, dispatched_at,
                                                                  acknowledged_at, succeeded_at, because, was_refused)
                   offset 0) c
            where t.rollout_id = c.rollout_id and t.cluster_id = c.cluster_id`,
    values: [
      rolloutId,
      changes.map(({ target }) => target.clusterId),
      changes.map(({ state }) => state),
      changes.map(({ wave }) => wave ?? null),
      changes.map(({ generation }) => generation ?? null),
      changes.map(({ wasDegraded }) => wasDegraded),
      times(({ dispatchedAt }) => dispatchedAt),
      times(({ acknowledgedAt }) => acknowledgedAt),
      times(({ succeededAt }) => succeededAt),
      changes.map(({ because }) => (because === undefined ? null : JSON.stringify(because))),
      changes.map(({ wasRefused }) => wasRefused),
    ],
  });
}

function eventsOf(
  snapshot: RolloutSnapshot,
  plan: RolloutPlan,
  step: number,
  phase: Phase,
  changes: readonly TargetChange[],
): readonly NewEvent[] {
  const { id, application, environment } = snapshot;
  const subject = `rollouts/${id}`;
  const rolloutChanged: NewEvent = {
    kind: "RolloutChanged",
    subject,
    body: { id, application, environment, phase, event: plan.event ?? null, step, holds: plan.holds },
  };
  return [
    rolloutChanged,
    ...changes.filter(isMove).map(({ target, state, because, generation }) => ({
      kind: "TargetChanged",
      subject,
      body: {
        id,
        application,
        environment,
        cluster: target.name,
        clusterId: target.clusterId,
        from: target.state,
        to: state,
        because: because ?? null,
        generation: generation ?? null,
      },
    })),
  ];
}
