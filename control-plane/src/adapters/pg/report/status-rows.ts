import { type ClusterId, type Instant, rfc3339 } from "@drover/kit";
import type { ApplicationStatus, Assignment, AssignmentState, ClusterState, FailingObject } from "@drover/proto/rest";
import type { Digest, Health, Sync } from "@drover/proto/wire";
import type { Problem } from "../../../domain/release/release.ts";
import { clusterState } from "../cluster/cluster-state-sql.ts";

/** Of `assignments a`, `clusters c` and `releases rel`. */
export const assignmentColumns = `
  c.name as cluster, a.cluster_id, a.application, a.environment, a.project, a.state, a.generation, a.release_id,
  rel.application || '-' || rel.number as release, a.revision, a.bundle, a.namespace, a.sync_policy, a.deletion_policy, a.rollout_id,
  a.assigned_at, a.acknowledged_at, a.proven_at`;

export interface AssignmentRow {
  readonly cluster: string;
  readonly cluster_id: ClusterId;
  readonly application: string;
  readonly environment: string;
  readonly project: string;
  readonly state: "active" | "removing" | "suspended" | "withdrawn";
  readonly generation: number;
  readonly release_id: string;
  readonly release: string;
  readonly revision: string;
  readonly bundle: Digest;
  readonly namespace: string;
  readonly sync_policy: Record<string, unknown>;
  readonly deletion_policy: "Delete" | "Orphan" | null;
  readonly rollout_id: string | null;
  readonly assigned_at: Instant;
  readonly acknowledged_at: Instant | null;
  readonly proven_at: Instant | null;
}

export const assignmentStates = {
  active: "Active",
  removing: "Removing",
  suspended: "Suspended",
  withdrawn: "Withdrawn",
} as const satisfies Record<AssignmentRow["state"], AssignmentState>;

export const shownAssignment = (row: AssignmentRow): Assignment => ({
  cluster: row.cluster,
  clusterId: row.cluster_id,
  application: row.application,
  environment: row.environment,
  project: row.project,
  state: assignmentStates[row.state],
  generation: row.generation,
  releaseId: row.release_id,
  release: row.release,
  revision: row.revision,
  bundle: row.bundle,
  namespace: row.namespace,
  syncPolicy: row.sync_policy,
  ...(row.deletion_policy === null ? {} : { deletionPolicy: row.deletion_policy }),
  ...(row.rollout_id === null ? {} : { rolloutId: row.rollout_id }),
  assignedAt: rfc3339(row.assigned_at),
  ...(row.acknowledged_at === null ? {} : { acknowledgedAt: rfc3339(row.acknowledged_at) }),
  ...(row.proven_at === null ? {} : { provenAt: rfc3339(row.proven_at) }),
});

/** Of `statuses s`, `clusters c`, `cluster_reports r` and `assignments a`, of which a and r may be absent. */
export const statusColumns = `
  c.name as s_cluster, s.cluster_id as s_cluster_id, s.application as s_application, a.environment as s_environment,
  ${clusterState("c", "r")} as s_cluster_state, s.health as s_health, s.sync as s_sync, s.generation as s_generation, s.bundle as s_bundle,
  (a.generation = s.generation and a.bundle = s.bundle) is true as s_current, a.revision as s_revision, s.reason as s_reason,
  s.message as s_message, s.failing as s_failing, s.objects as s_objects, s.drifted as s_drifted,
  s.held_hash as s_held_hash, s.held_objects as s_held_objects, s.degraded_since as s_degraded_since,
  s.last_degraded_at as s_last_degraded_at, s.reported_at as s_reported_at, s.changed_at as s_changed_at,
  (select p.problem from placements p where p.application = a.application and p.environment = a.environment and a.state = 'active') as s_problem`;

/** Where git wants something else by now that cannot be carried out: no agent knows of it. */
export const isHeldBack = `((a.application, a.environment) in (select p.application, p.environment from placements p where p.problem is not null)
  and a.state = 'active') is true`;

/** No other application's: what an index of statuses can look up. */
export const mayBeHeldBack = "s.application = any (array(select p.application from placements p where p.problem is not null))";

export interface StatusRow {
  readonly s_cluster: string;
  readonly s_cluster_id: ClusterId;
  readonly s_application: string;
  readonly s_environment: string | null;
  readonly s_cluster_state: ClusterState;
  readonly s_health: Health;
  readonly s_sync: Sync;
  readonly s_generation: number;
  readonly s_bundle: Digest;
  readonly s_current: boolean;
  readonly s_revision: string | null;
  readonly s_reason: string | null;
  readonly s_message: string | null;
  readonly s_problem: Problem | null;
  readonly s_failing: readonly FailingObject[];
  readonly s_objects: number;
  readonly s_drifted: number;
  readonly s_held_hash: Digest | null;
  readonly s_held_objects: number | null;
  readonly s_degraded_since: Instant | null;
  readonly s_last_degraded_at: Instant | null;
  readonly s_reported_at: Instant;
  readonly s_changed_at: Instant;
}

/** A row of a left join: without a status, its columns are null. */
export type MaybeStatusRow = StatusRow | { readonly s_application: null };

export function shownStatus(row: StatusRow): ApplicationStatus {
  const connected = row.s_cluster_state === "Connected";
  return {
    cluster: row.s_cluster,
    clusterId: row.s_cluster_id,
    application: row.s_application,
    ...(row.s_environment === null ? {} : { environment: row.s_environment }),
    clusterState: row.s_cluster_state,
    health: connected ? row.s_health : "Unknown",
    sync: connected ? shownSync(row) : "Unknown",
    reported: { health: row.s_health, sync: row.s_sync },
    generation: row.s_generation,
    bundle: row.s_bundle,
    ...(row.s_current && row.s_revision !== null ? { revision: row.s_revision } : {}),
    current: row.s_current,
    ...(row.s_reason === null ? {} : { reason: row.s_reason }),
    ...(row.s_message === null ? {} : { message: row.s_message }),
    ...(row.s_problem === null ? {} : { problem: row.s_problem }),
    failing: [...row.s_failing],
    objects: row.s_objects,
    drifted: row.s_drifted,
    ...(row.s_held_hash === null ? {} : { held: { hash: row.s_held_hash, objects: row.s_held_objects ?? 0 } }),
    ...(row.s_degraded_since === null ? {} : { degradedSince: rfc3339(row.s_degraded_since) }),
    ...(row.s_last_degraded_at === null ? {} : { lastDegradedAt: rfc3339(row.s_last_degraded_at) }),
    reportedAt: rfc3339(row.s_reported_at),
    changedAt: rfc3339(row.s_changed_at),
  };
}

const shownSync = ({ s_sync, s_problem }: StatusRow): Sync => (s_sync === "Synced" && s_problem !== null ? "OutOfSync" : s_sync);
