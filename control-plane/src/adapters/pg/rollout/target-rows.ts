import type { ClusterId, Instant, Labels } from "@drover/kit";
import type { Window } from "@drover/proto/fleet";
import type { Digest, FailingObject, Health, Sync } from "@drover/proto/wire";
import type { ClusterWindows } from "../../../domain/window/restrict.ts";
import { refusalOf } from "../../../domain/rollout/refusal.ts";
import type { CurrentAssignment, ObservedStatus, Target, TargetState } from "../../../domain/rollout/target.ts";

/** Everything that decides about a target, of `targetSources`. */
export const targetColumns = `
  t.cluster_id, c.name, f.form -> 'labels' as labels, f.form -> 'windows' as windows, t.state, t.was_degraded, t.was_refused, t.wave, t.generation,
  t.dispatched_at, t.acknowledged_at, t.succeeded_at, t.retried,
  t.previous_content ->> 'content_digest' as previous_digest,
  g.content_digest as goal_digest, g.bundle as goal_bundle,
  a.generation as a_generation, a.content_digest as a_digest, a.state as a_state,
  a.acknowledged_at as a_acknowledged_at, a.proven_at as a_proven_at,
  s.generation as s_generation, s.bundle as s_bundle, s.held_hash, s.sync, s.health, s.degraded_since, s.last_degraded_at, s.reported_at,
  s.reason as s_reason, s.refused_since, case when s.refused_since is not null then s.failing end as s_refused,
  r.seen_at, r.maintenance`;

/**
 * `targets` are rows of rollout_targets; $2 application, $3 environment. A goal counts only while it is this rollout's: a cluster that another rollout took over has left this one.
 * Each row is looked up by its whole key, which `limit 1` makes certain: statistics know nothing of a rollout that has just begun, and a
 * planner that expects one target would compare every target with every goal.
 */
export const targetSourcesOf = (targets: string): string => `
  from ${targets} t
  join lateral (select name from clusters where id = t.cluster_id limit 1) c on true
  left join lateral (select form from fleet_objects where kind = 'Cluster' and name = c.name limit 1) f on true
  left join lateral (select * from goals where application = $2 and environment = $3 and cluster_id = t.cluster_id limit 1) g
    on g.rollout_id = t.rollout_id
  left join lateral (select * from assignments where cluster_id = t.cluster_id and application = $2 limit 1) a on a.environment = $3
  left join lateral (select * from statuses where cluster_id = t.cluster_id and application = $2 limit 1) s on true
  left join lateral (select seen_at, maintenance from cluster_reports where cluster_id = t.cluster_id limit 1) r on true`;

export const targetSources = targetSourcesOf("rollout_targets");

type Null<T> = { readonly [Key in keyof T]: T[Key] | null };

export type TargetRow = {
  readonly cluster_id: ClusterId;
  readonly name: string;
  readonly labels: Labels | null;
  readonly windows: readonly Window[] | null;
  readonly state: TargetState;
  readonly was_degraded: boolean;
  readonly was_refused: boolean;
  readonly retried: boolean;
} & Null<{
  wave: number;
  generation: number;
  dispatched_at: Instant;
  acknowledged_at: Instant;
  succeeded_at: Instant;
  previous_digest: Digest;
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
  held_hash: Digest;
  s_reason: string;
  refused_since: Instant;
  s_refused: readonly FailingObject[];
  seen_at: Instant;
  maintenance: boolean;
}>;

export const toTarget = (row: TargetRow): Target => ({
  clusterId: row.cluster_id,
  name: row.name,
  labels: row.labels ?? {},
  state: row.state,
  wave: row.wave ?? undefined,
  retried: row.retried,
  hasPrevious: row.previous_digest !== null && row.previous_digest !== row.a_digest,
  generation: row.generation ?? undefined,
  wasDegraded: row.was_degraded,
  wasRefused: row.was_refused,
  dispatchedAt: row.dispatched_at ?? undefined,
  acknowledgedAt: row.acknowledged_at ?? undefined,
  succeededAt: row.succeeded_at ?? undefined,
  goal: row.goal_digest && row.goal_bundle ? { contentDigest: row.goal_digest, bundle: row.goal_bundle } : undefined,
  assignment: toAssignment(row),
  status: toStatus(row),
  lastSeen: row.seen_at ?? undefined,
  inMaintenance: row.maintenance === true,
  window: undefined,
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
    holdsPrune: row.held_hash !== null,
    refusal: toRefusal(row),
  };
}

function toRefusal({ s_reason: reason, refused_since: since, s_refused: failing }: TargetRow): ObservedStatus["refusal"] {
  const refusal = since === null || failing === null ? undefined : refusalOf({ reason: reason ?? undefined, failing });
  return since === null || refusal === undefined ? undefined : { ...refusal, since };
}

/** A cluster's own windows, of which the caller knows whether they are closed. */
export const windowsOf = ({ cluster_id: clusterId, name, windows }: TargetRow): readonly ClusterWindows[] =>
  windows === null ? [] : [{ clusterId, name, windows }];
