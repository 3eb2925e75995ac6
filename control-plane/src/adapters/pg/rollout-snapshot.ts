import type { ClusterId, Instant, Labels } from "@drover/kit";
import type { Digest, Health, Sync } from "@drover/proto/wire";
import type { RolloutSnapshot } from "../../app/reconcile-rollout.ts";
import type { HoldSummary } from "../../domain/rollout/holds.ts";
import type { Phase } from "../../domain/rollout/phase.ts";
import type { RolloutStrategy } from "../../domain/rollout/strategy.ts";
import type { CurrentAssignment, ObservedStatus, Target, TargetState } from "../../domain/rollout/target.ts";
import type { Db } from "./database.ts";

interface RolloutRow {
  readonly id: string;
  readonly application: string;
  readonly environment: string;
  readonly version: number;
  readonly traceparent: string | null;
  readonly phase: Phase;
  readonly strategy: RolloutStrategy;
  readonly accepted_failures: number;
  readonly wave_sizes: Readonly<Record<number, number>>;
  readonly holds: readonly HoldSummary[];
}

/**
 * The rollout first, then its targets: what is newer in the targets is judged with it, and a rollout that changed in between makes the
 * commit stale.
 */
export async function loadRollout(db: Db, id: string): Promise<RolloutSnapshot | undefined> {
  const { rows } = await db.query<RolloutRow & Record<string, unknown>>({
    name: "rollout-load",
    text: `select id, application, environment, version, traceparent, phase, strategy, accepted_failures, wave_sizes, holds
             from rollouts where id = $1`,
    values: [id],
  });
  const row = rows[0];
  if (row === undefined) return undefined;
  const { application, environment, version, phase, strategy, holds } = row;
  const rollout = { phase, strategy, acceptedFailures: row.accepted_failures, waveSizes: row.wave_sizes };
  const targets = await loadTargets(db, id, application, environment);
  return { id, application, environment, version, traceparent: row.traceparent ?? undefined, rollout, holds, targets };
}

type Null<T> = { readonly [Key in keyof T]: T[Key] | null };

type TargetRow = {
  readonly cluster_id: ClusterId;
  readonly name: string;
  readonly labels: Labels | null;
  readonly state: TargetState;
  readonly was_degraded: boolean;
} & Null<{
  wave: number;
  generation: number;
  dispatched_at: Instant;
  acknowledged_at: Instant;
  succeeded_at: Instant;
  goal_digest: Digest;
  goal_bundle: Digest;
  a_generation: number;
  a_digest: Digest;
  a_state: CurrentAssignment["state"];
  a_acknowledged_at: Instant;
  a_proven_at: Instant;
  s_generation: number;
  s_bundle: Digest;
  sync: Sync;
  health: Health;
  degraded_since: Instant;
  last_degraded_at: Instant;
  reported_at: Instant;
  seen_at: Instant;
}>;

/** A goal counts only while it is this rollout's: a cluster that another rollout took over has left this one. */
async function loadTargets(db: Db, id: string, application: string, environment: string): Promise<readonly Target[]> {
  const { rows } = await db.query<TargetRow>({
    name: "rollout-targets-load",
    text: `select t.cluster_id, c.name, f.form -> 'labels' as labels, t.state, t.was_degraded, t.wave, t.generation,
                  t.dispatched_at, t.acknowledged_at, t.succeeded_at,
                  g.content_digest as goal_digest, g.bundle as goal_bundle,
                  a.generation as a_generation, a.content_digest as a_digest, a.state as a_state,
                  a.acknowledged_at as a_acknowledged_at, a.proven_at as a_proven_at,
                  s.generation as s_generation, s.bundle as s_bundle, s.sync, s.health, s.degraded_since, s.last_degraded_at, s.reported_at,
                  r.seen_at
             from rollout_targets t
             join clusters c on c.id = t.cluster_id
             left join fleet_objects f on f.kind = 'Cluster' and f.name = c.name
             left join goals g on g.application = $2 and g.environment = $3 and g.cluster_id = t.cluster_id and g.rollout_id = t.rollout_id
             left join assignments a on a.cluster_id = t.cluster_id and a.application = $2 and a.environment = $3
             left join statuses s on s.cluster_id = t.cluster_id and s.application = $2
             left join cluster_reports r on r.cluster_id = t.cluster_id
            where t.rollout_id = $1`,
    values: [id, application, environment],
  });
  return rows.map(toTarget);
}

const toTarget = (row: TargetRow): Target => ({
  clusterId: row.cluster_id,
  name: row.name,
  labels: row.labels ?? {},
  state: row.state,
  wave: row.wave ?? undefined,
  generation: row.generation ?? undefined,
  wasDegraded: row.was_degraded,
  dispatchedAt: row.dispatched_at ?? undefined,
  acknowledgedAt: row.acknowledged_at ?? undefined,
  succeededAt: row.succeeded_at ?? undefined,
  goal: row.goal_digest && row.goal_bundle ? { contentDigest: row.goal_digest, bundle: row.goal_bundle } : undefined,
  assignment: toAssignment(row),
  status: toStatus(row),
  lastSeen: row.seen_at ?? undefined,
});

function toAssignment(row: TargetRow): CurrentAssignment | undefined {
  if (row.a_generation === null || row.a_digest === null || row.a_state === null) return undefined;
  return {
    generation: row.a_generation,
    contentDigest: row.a_digest,
    state: row.a_state,
    acknowledgedAt: row.a_acknowledged_at ?? undefined,
    provenAt: row.a_proven_at ?? undefined,
  };
}

function toStatus(row: TargetRow): ObservedStatus | undefined {
  const { s_generation: generation, s_bundle: bundle, sync, health, reported_at: reportedAt } = row;
  if (generation === null || bundle === null || sync === null || health === null || reportedAt === null) return undefined;
  return {
    generation,
    bundle,
    sync,
    health,
    degradedSince: row.degraded_since ?? undefined,
    lastDegradedAt: row.last_degraded_at ?? undefined,
    reportedAt,
  };
}
