import { canonicalJson, DroverError } from "@drover/kit";
import { failpoint } from "../../../app/failpoint.ts";
import type { PlaceName, PlacementChange, PlacementSnapshot, StoredPlacement } from "../../../app/placement/placement-store.ts";
import type { Desired, NewRollout } from "../../../domain/placement/plan.ts";
import { nextPhase, type Phase } from "../../../domain/rollout/phase.ts";
import { activePhases } from "../rollout/active-phases.ts";
import { assignContents, assignGoals, withdrawAssignments } from "./assignments.ts";
import type { Db } from "../database.ts";
import { loadStop } from "../restriction/emergency-stops.ts";
import { promotionsOf } from "../fleet/intents.ts";
import { recordEvents } from "../history/event-log.ts";
import { deleteGoals, renameAssignments, upsertGoals } from "./goals.ts";
import { insertTargets, rememberPrevious } from "./placement-targets.ts";
import { recheckOpenRollouts } from "../rollout/open-rollouts.ts";
import { pauseRecovered } from "../rollout/recovered-rollout.ts";
import { recordTransitions } from "../rollout/rollout-transitions.ts";
import { settleRolledBack } from "../rollback/settle-rolled-back.ts";
import { askFor } from "../work-queue.ts";

/** Carries a placement's plan out, all of it or nothing. The order of locks is that of every writer: placement, rollouts, goals, assignments, envelopes. */
export async function commitPlacement(tx: Db, snapshot: PlacementSnapshot, change: PlacementChange): Promise<void> {
  const { plan, placement } = change;
  await advance(tx, snapshot, placement);
  const open = await lockActive(tx, snapshot);

  for (const id of plan.ends) await supersede(tx, snapshot, open, id, undefined, change.cause.actor);
  for (const [index, start] of plan.starts.entries()) await begin(tx, snapshot, open, change, start, change.rolloutIds[index] ?? "");
  await touch(tx, snapshot, open);
  await renameRollout(tx, snapshot, open, plan.renames);
  await join(tx, snapshot, open, plan.joins);
  await leave(tx, snapshot, plan.leavers);
  await upsertGoals(tx, snapshot, undefined, [...plan.renames, ...plan.directs]);
  await renameAssignments(tx, snapshot, [...plan.renames, ...plan.starts.flatMap(({ targets }) => targets)].map(clusterOf));
  await assignAtOnce(tx, snapshot, change);

  await askFor(tx, "rollout", [...open.keys(), ...change.rolloutIds]);
  await askRemovals(
    tx,
    snapshot,
    plan.leavers.map(({ clusterId }) => clusterId),
  );
  if (canonicalJson(snapshot.stored.rivals) !== canonicalJson(placement.rivals)) await askRivals(tx, snapshot, placement.rivals);
  failpoint("placement.commit.inside");
}

export async function commitProblem(tx: Db, snapshot: PlacementSnapshot, placement: StoredPlacement): Promise<void> {
  await advance(tx, snapshot, placement);
  const { application, environment } = snapshot;
  // What keeps git's wish from being carried out may hold them too: a plan of before would know nothing of it.
  await recheckOpenRollouts(tx, { application, environment });
  const body = { application, environment, problem: placement.problem };
  await recordEvents(tx, [{ kind: "PlacementHeld", subject: `applications/${application}`, body }]);
}

/** Watchers of the place hear of it, whatever comes of the plan. */
async function advance(
  tx: Db,
  { application, environment, version, stored }: PlacementSnapshot,
  placement: StoredPlacement,
): Promise<void> {
  const { revision, releaseId, problem, held, rivals } = placement;
  const { rowCount } = await tx.query({
    name: "placement-advance",
    text: `insert into placements as p (application, environment, revision, release_id, problem, holds, rivals)
           values ($1, $2, $4, $5, $6, $7, $8)
           on conflict (application, environment) do update
             set revision = excluded.revision, release_id = excluded.release_id, problem = excluded.problem, holds = excluded.holds,
                 rivals = excluded.rivals, version = p.version + 1, updated_at = now()
           where p.version = $3`,
    values: [application, environment, version, revision ?? null, releaseId ?? null, problem ?? null, JSON.stringify(held), rivals],
  });
  if (rowCount === 0)
    throw new DroverError(
      "stale",
      "PLACEMENT_CHANGED",
      `commit placement of ${application} in ${environment}: version ${version} has moved`,
    );
  // A problem that comes or goes shows in every cluster's status, which nothing else touches.
  const changed = canonicalJson(stored.problem) === canonicalJson(problem) ? {} : { problem: problem?.code ?? null };
  await recordEvents(tx, [
    { kind: "PlacementChanged", subject: `applications/${application}`, body: { application, environment, ...changed } },
  ]);
}

interface OpenRollout {
  readonly phase: Phase;
  /** After this transaction. */
  version: number;
}

/** A rollout that began or ended since the snapshot would change the plan. */
async function lockActive(tx: Db, { application, environment, active }: PlacementSnapshot): Promise<Map<string, OpenRollout>> {
  const { rows } = await tx.query<{ id: string; phase: Phase; version: number }>({
    name: "placement-lock-rollouts",
    text: `select id, phase, version from rollouts where application = $1 and environment = $2 and phase in ${activePhases}
            order by id for update`,
    values: [application, environment],
  });
  const expected = [active.Environment, active.Clusters].filter((id) => id !== undefined).sort();
  const found = rows.map(({ id }) => id).sort();
  if (canonicalJson(found) !== canonicalJson(expected))
    throw new DroverError("stale", "PLACEMENT_CHANGED", `commit placement of ${application} in ${environment}: its rollouts have changed`);
  return new Map(rows.map(({ id, phase, version }) => [id, { phase, version }]));
}

async function supersede(
  tx: Db,
  { application, environment }: PlaceName,
  open: Map<string, OpenRollout>,
  id: string,
  by: string | undefined,
  actor: string,
): Promise<void> {
  const from = open.get(id)?.phase;
  const to = from && nextPhase(from, "superseded");
  if (from === undefined || to === undefined) return;
  open.delete(id);
  const because = by === undefined ? { kind: "NothingWanted" } : { kind: "Superseded", by };
  const { rows } = await tx.query<{ version: number }>({
    name: "rollout-supersede",
    text: `update rollouts set phase = $2, version = version + 1, finished_at = now(), holds = '[]' where id = $1 returning version`,
    values: [id, to],
  });
  const step = rows[0]?.version ?? 0;
  await recordTransitions(tx, id, step, actor, [{ event: "superseded", from, to, because }]);
  const body = { id, application, environment, phase: to, event: "superseded", step, because };
  await recordEvents(tx, [{ kind: "RolloutChanged", subject: `rollouts/${id}`, body }]);
  await settleRolledBack(tx, id, "superseded", actor);
}

async function begin(
  tx: Db,
  snapshot: PlacementSnapshot,
  open: Map<string, OpenRollout>,
  change: PlacementChange,
  { scope, supersedes, targets, strangers }: NewRollout,
  id: string,
): Promise<void> {
  const { application, environment, completed } = snapshot;
  const { cause, strategy } = change;
  const content = targets[0]?.content;
  if (content === undefined) return;
  if (supersedes !== undefined) await supersede(tx, snapshot, open, supersedes, id, cause.actor);
  await tx.query({
    name: "rollout-insert",
    text: `insert into rollouts (id, application, environment, scope, change_id, release_id, revision, previous_revision, phase, kind,
                                 strategy, actor, reason, traceparent)
           values ($1, $2, $3, $4, $5, $6, $7, $8, 'Pending', $9, $10, $11, $12, $13)`,
    values: [
      id,
      application,
      environment,
      scope,
      cause.changeId,
      content.releaseId,
      content.revision,
      completed?.revision ?? null,
      cause.kind,
      JSON.stringify(strategy),
      cause.actor,
      cause.reason,
      cause.traceparent ?? null,
    ],
  });
  await upsertGoals(tx, snapshot, id, targets);
  await insertTargets(tx, snapshot, id, targets.map(clusterOf), scope);
  await recordTransitions(tx, id, 1, cause.actor, [
    { event: "created", from: "", to: "Pending", because: { kind: "Change", changeId: cause.changeId } },
  ]);
  const body = {
    id,
    application,
    environment,
    scope,
    phase: "Pending",
    event: "created",
    step: 1,
    revision: content.revision,
    changeId: cause.changeId,
  };
  await recordEvents(tx, [{ kind: "RolloutChanged", subject: `rollouts/${id}`, body }, ...(await promotionsOf(tx, cause.changeId, id))]);
  if (strangers > 0) await pauseRecovered(tx, id, strangers);
}

/**
 * The version of every other rollout of the place moves: a reconciler that has not seen these joiners, leavers and takeovers can
 * neither complete without the ones nor dispatch to the others.
 */
async function touch(tx: Db, { application, environment }: PlaceName, open: Map<string, OpenRollout>): Promise<void> {
  const { rows } = await tx.query<{ id: string; version: number }>({
    name: "rollouts-touch",
    text: "update rollouts set version = version + 1 where id = any($1::text[]) returning id, version",
    values: [[...open.keys()]],
  });
  for (const { id, version } of rows) {
    const rollout = open.get(id);
    if (rollout) rollout.version = version;
  }
  await recordEvents(
    tx,
    rows.map(({ id, version: step }) => ({
      kind: "RolloutRevised",
      subject: `rollouts/${id}`,
      body: { id, application, environment, step },
    })),
  );
}

/** A rollout whose content has a newer name completes under that. */
async function renameRollout(
  tx: Db,
  { active }: PlacementSnapshot,
  open: ReadonlyMap<string, OpenRollout>,
  renames: readonly Desired[],
): Promise<void> {
  const content = renames.find(({ scope }) => scope === "Environment")?.content;
  if (active.Environment === undefined || content === undefined || !open.has(active.Environment)) return;
  await tx.query({
    name: "rollout-rename",
    text: "update rollouts set revision = $2, release_id = $3 where id = $1",
    values: [active.Environment, content.revision, content.releaseId],
  });
}

async function join(tx: Db, snapshot: PlacementSnapshot, open: ReadonlyMap<string, OpenRollout>, joins: readonly Desired[]): Promise<void> {
  const id = snapshot.active.Environment;
  const rollout = id === undefined ? undefined : open.get(id);
  if (id === undefined || rollout === undefined || joins.length === 0) return;
  await upsertGoals(tx, snapshot, id, joins);
  await insertTargets(tx, snapshot, id, joins.map(clusterOf), "Environment");
  const joined = joins.map(({ clusterId }) => ({ clusterId, event: "joined", from: "", to: "waiting" }));
  await recordTransitions(tx, id, rollout.version, "drover", joined);
}

/** Nothing wants it there any more: what was to be removed can be. */
async function askRemovals(tx: Db, { application, environment }: PlaceName, clusters: readonly string[]): Promise<void> {
  if (clusters.length === 0) return;
  const { rows } = await tx.query<{ key: string }>({
    name: "placement-removals",
    text: `select kind || ' ' || name as key from fleet_objects
            where kind = 'ApplicationRemoval' and name = $1 or kind = 'ClusterRemoval' and form ->> 'id' = any($2::text[])`,
    values: [`${environment}/${application}`, clusters],
  });
  await askFor(
    tx,
    "removal",
    rows.map(({ key }) => key),
  );
}

/** Rollouts notice by themselves that a goal is gone. */
async function leave(tx: Db, snapshot: PlacementSnapshot, leavers: PlacementChange["plan"]["leavers"]): Promise<void> {
  if (leavers.length === 0) return;
  await deleteGoals(
    tx,
    snapshot,
    leavers.map(({ clusterId }) => clusterId),
  );
  await withdrawAssignments(
    tx,
    snapshot.application,
    snapshot.environment,
    leavers.filter(({ withdraw }) => withdraw).map(({ clusterId }) => clusterId),
  );
}

async function assignAtOnce(tx: Db, snapshot: PlacementSnapshot, { plan, newcomers, cause }: PlacementChange): Promise<void> {
  const to = { application: snapshot.application, environment: snapshot.environment, rolloutId: undefined, traceparent: cause.traceparent };
  if (plan.directs.length + newcomers.size > 0) await requireNoStop(tx, snapshot);
  const direct = plan.directs.length === 0 ? [] : await assignGoals(tx, to, plan.directs.map(clusterOf));
  const adopted = plan.adopts.length === 0 ? [] : await assignGoals(tx, to, plan.adopts.map(clusterOf));
  const behind = newcomers.size === 0 ? [] : await assignContents(tx, to, newcomers);
  await rememberPrevious(tx, to, [...newcomers.keys()]);
  await recordEvents(
    tx,
    [...direct, ...adopted, ...behind].map(({ clusterId, generation }) => ({
      kind: "ClusterJoined",
      subject: `clusters/${clusterId}`,
      body: { clusterId, application: snapshot.application, environment: snapshot.environment, generation },
    })),
  );
}

/** Rollouts are fenced by their version; what goes to clusters beside them looks once more. */
async function requireNoStop(tx: Db, { application, environment }: PlaceName): Promise<void> {
  if ((await loadStop(tx)) !== undefined)
    throw new DroverError("stale", "PLACEMENT_CHANGED", `commit placement of ${application} in ${environment}: the fleet was stopped`);
}

/** Environments that want, or no longer want, the same clusters must look again. */
async function askRivals(tx: Db, { application, stored }: PlacementSnapshot, now: readonly string[]): Promise<void> {
  const environments = new Set([...stored.rivals, ...now]);
  await askFor(
    tx,
    "placement",
    [...environments].map((environment) => `${application} ${environment}`),
  );
}

const clusterOf = ({ clusterId }: Desired): Desired["clusterId"] => clusterId;
