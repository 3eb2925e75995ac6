import type { ClusterId, Instant } from "@drover/kit";
import { type Assignment, type Digest, type Envelope, isNewer } from "@drover/proto/wire";
import type { Standings } from "../../../app/agents/answer-sync.ts";
import { type OwnAssignment, planTakeOver, type TakeOver } from "../../../domain/identity/take-over.ts";
import { recordHistory } from "./assignment-history.ts";
import type { Database, Db } from "../database.ts";
import { envelopeChannel } from "../report/envelopes.ts";
import { recordEvents } from "../history/event-log.ts";
import { learnHolds, recollect } from "./recollections.ts";
import { loadStandings } from "../promotion/standings.ts";
import { askFor } from "../work-queue.ts";

export const createStandings = (database: Database): Standings => ({
  load: async (cluster) => (await loadStandings(database, [cluster]))[0],
  takeOver: (cluster, held) => database.transaction((tx) => takeOver(tx, cluster, held)),
  holdsNothing: (cluster) => database.transaction(async (tx) => void (await learnHolds(tx, cluster))),
});

async function takeOver(tx: Db, cluster: ClusterId, held: Envelope): Promise<void> {
  const isFirst = await learnHolds(tx, cluster);
  await tx.query({ text: "insert into envelopes (cluster_id) values ($1) on conflict do nothing", values: [cluster] });
  const { rows } = await tx.query<{ epoch: number; sequence: number }>({
    text: "select epoch, sequence from envelopes where cluster_id = $1 for update",
    values: [cluster],
  });
  const ours = rows[0];
  if (ours === undefined || (isNewer(ours, held) && !isFirst)) return;
  const steps = planTakeOver(await ownAssignments(tx, cluster), held, isFirst ? nothing : await knownContents(tx, held));
  for (const step of steps) await apply(tx, cluster, step);
  // Equal places and nothing to reconcile: only the wording changed. The next place in the sequence is enough then.
  const rewording = !isNewer(held, ours) && steps.length === 0;
  const epoch = rewording ? ours.epoch : Math.max(held.epoch, ours.epoch) + 1;
  await tx.query({
    text: `with raised as (
             update envelopes set epoch = $2, sequence = sequence + 1, issued_at = now() where cluster_id = $1)
           select pg_notify('${envelopeChannel}', '')`,
    values: [cluster, epoch],
  });
  if (rewording) return;
  const place = { epoch: held.epoch, sequence: held.sequence };
  await recordEvents(tx, [
    { kind: "EpochRaised", subject: `clusters/${cluster}`, body: { epoch, held: place, ours, steps: steps.map(describe) } },
  ]);
  await askFor(tx, "placement", await placementsOf(tx, cluster));
}

/** A database that never gave the cluster anything leaves it to the next placement what becomes of all it holds. */
const nothing = (): boolean => false;

const describe = (step: TakeOver): object =>
  step.kind === "adopt" || step.kind === "recollect"
    ? { kind: step.kind, application: step.held.application, generation: step.held.generation }
    : { kind: step.kind, application: step.application, generation: step.generation };

async function ownAssignments(tx: Db, cluster: ClusterId): Promise<readonly OwnAssignment[]> {
  const { rows } = await tx.query<{
    application: string;
    environment: string;
    project: string;
    generation: number;
    state: OwnAssignment["state"];
    bundle: Digest;
    namespace: string;
    sync_policy: Assignment["syncPolicy"];
    deletion_policy: Exclude<Assignment["deletionPolicy"], undefined> | null;
    assigned_at: Instant;
  }>({
    text: `select application, environment, project, generation, state, bundle, namespace, sync_policy, deletion_policy, assigned_at
             from assignments where cluster_id = $1 order by application for update`,
    values: [cluster],
  });
  return rows.map(({ sync_policy: syncPolicy, deletion_policy, assigned_at: assignedAt, ...row }) => ({
    ...row,
    syncPolicy,
    deletionPolicy: deletion_policy ?? undefined,
    assignedAt,
  }));
}

/** Whether the database still has the release and the bundle that an assignment names. */
async function knownContents(tx: Db, held: Envelope): Promise<(assignment: Assignment) => boolean> {
  const { rows } = await tx.query<{ application: string; revision: string; bundle: string }>({
    text: `select distinct h.application, h.revision, h.bundle
             from unnest($1::text[], $2::text[], $3::text[]) as h (application, revision, bundle)
             join bundles b on b.digest = h.bundle
             join releases r on r.application = h.application and r.revision = h.revision`,
    values: [
      held.assignments.map(({ application }) => application),
      held.assignments.map(({ revision }) => revision),
      held.assignments.map(({ bundle }) => bundle.sha256),
    ],
  });
  const key = (application: string, revision: string, bundle: string): string => `${application} ${revision} ${bundle}`;
  const known = new Set(rows.map((row) => key(row.application, row.revision, row.bundle)));
  return ({ application, revision, bundle }) => known.has(key(application, revision, bundle.sha256));
}

async function apply(tx: Db, cluster: ClusterId, step: TakeOver): Promise<void> {
  if (step.kind === "recollect") return recollect(tx, cluster, step.held);
  if (step.kind === "adopt") return adopt(tx, cluster, step.held);
  await tx.query({
    text: `with target as (
             update rollout_targets t set generation = $3
               from rollouts r, assignments a
              where a.cluster_id = $1 and a.application = $2 and not $4 and r.id = t.rollout_id and r.application = $2
                and t.cluster_id = $1 and t.generation = a.generation
                and r.phase in ('Pending','Running','Paused','Halted','RollingBack')),
           renumbered as (
           update assignments
              set generation = $3, state = case when $4 then 'withdrawn' else state end,
                  acknowledged_at = case when generation = $3 then acknowledged_at end,
                  proven_at = case when generation = $3 then proven_at end
            where cluster_id = $1 and application = $2
           returning *)
           ${recordHistory("renumbered")}`,
    values: [cluster, step.application, step.generation, step.kind === "withhold"],
  });
}

/**
 * The digest of its content is that of any row with the same content; without one it equals nothing, and the next placement
 * simply assigns it anew.
 */
async function adopt(tx: Db, cluster: ClusterId, held: Assignment): Promise<void> {
  await tx.query({
    text: `with adopted as (
           insert into assignments (cluster_id, application, environment, project, state, generation, release_id, revision, bundle,
                                    namespace, sync_policy, content_digest, traceparent, deletion_policy)
           select $1, $2, $3, $4, $5, $6,
                  (select id from releases where application = $2 and revision = $7 order by number desc limit 1),
                  $7, $8, $9, $10::jsonb,
                  coalesce((select content_digest from goals
                             where application = $2 and environment = $3 and bundle = $8 and namespace = $9 and sync_policy = $10::jsonb limit 1),
                           (select content_digest from assignments
                             where application = $2 and environment = $3 and bundle = $8 and namespace = $9 and sync_policy = $10::jsonb limit 1), 'adopted'),
                  $11, $12
           on conflict (cluster_id, application) do update
             set environment = excluded.environment, project = excluded.project, state = excluded.state, generation = excluded.generation,
                 release_id = excluded.release_id, revision = excluded.revision, bundle = excluded.bundle,
                 namespace = excluded.namespace, sync_policy = excluded.sync_policy, content_digest = excluded.content_digest,
                 deletion_policy = excluded.deletion_policy, rollout_id = null, traceparent = excluded.traceparent, assigned_at = now(), acknowledged_at = null, proven_at = null
           returning *)
           ${recordHistory("adopted")}`,
    values: [
      cluster,
      held.application,
      held.environment,
      held.project,
      held.state,
      held.generation,
      held.revision,
      held.bundle.sha256,
      held.namespace,
      held.syncPolicy,
      held.traceparent ?? null,
      held.deletionPolicy ?? null,
    ],
  });
}

async function placementsOf(tx: Db, cluster: ClusterId): Promise<readonly string[]> {
  const { rows } = await tx.query<{ key: string }>({
    text: `select application || ' ' || environment as key from assignments where cluster_id = $1
           union select application || ' ' || environment from recollections where cluster_id = $1`,
    values: [cluster],
  });
  return rows.map(({ key }) => key);
}
