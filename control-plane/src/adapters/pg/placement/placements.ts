import { type ClusterId, DroverError, type Instant } from "@drover/kit";
import type { Digest } from "@drover/proto/wire";
import type { Cause, PlaceName, PlacementSnapshot, PlacementStore, StoredAssignment } from "../../../app/placement/placement-store.ts";
import { parseTrailers } from "../../../domain/fleet/trailers.ts";
import type { ClusterHold } from "../../../domain/placement/members.ts";
import type { Scope, StoredGoal } from "../../../domain/placement/plan.ts";
import type { Problem, Release, ReleaseId } from "../../../domain/release/release.ts";
import { activePhases } from "../rollout/active-phases.ts";
import type { Database, Db } from "../database.ts";
import { loadStop } from "../restriction/emergency-stops.ts";
import { commitPlacement, commitProblem } from "./placement-commit.ts";
import { loadRecollected } from "./recollections.ts";
import { isRecovering } from "../rollout/recovered-rollout.ts";

export const createPlacementStore = (database: Database): PlacementStore => ({
  load: (place) => loadPlacement(database, place),
  loadRelease: (id) => loadRelease(database, id),
  loadHead: (repository, ref) => loadHead(database, repository, ref),
  loadCause: (commit) => loadCause(database, commit),
  commit: (snapshot, change) => database.transaction((tx) => commitPlacement(tx, snapshot, change)),
  commitProblem: (snapshot, placement) => database.transaction((tx) => commitProblem(tx, snapshot, placement)),
});

async function loadPlacement(db: Db, { application, environment }: PlaceName): Promise<PlacementSnapshot> {
  // The version first: whatever is newer in the rest is found again by the compare-and-set.
  const { version, stored } = await loadStored(db, application, environment);
  const [clusters, active, completed, recollected, stop] = await Promise.all([
    loadClusters(db, application, environment),
    loadActive(db, application, environment),
    loadCompleted(db, application, environment),
    loadRecollected(db, application),
    loadStop(db),
  ]);
  return {
    application,
    environment,
    version,
    stored,
    active: active.ids,
    recovering: active.recovering,
    completed,
    recollected,
    isStopped: stop !== undefined,
    ...clusters,
  };
}

interface PlacementRow {
  readonly version: number;
  readonly revision: string | null;
  readonly release_id: ReleaseId | null;
  readonly problem: Problem | null;
  readonly holds: readonly ClusterHold[];
  readonly rivals: readonly string[];
}

async function loadStored(db: Db, application: string, environment: string): Promise<Pick<PlacementSnapshot, "version" | "stored">> {
  const { rows } = await db.query<PlacementRow & Record<string, unknown>>({
    name: "placement-load",
    text: "select version, revision, release_id, problem, holds, rivals from placements where application = $1 and environment = $2",
    values: [application, environment],
  });
  const row = rows[0];
  if (row === undefined)
    return { version: 0, stored: { revision: undefined, releaseId: undefined, problem: undefined, held: [], rivals: [] } };
  const stored = {
    revision: row.revision ?? undefined,
    releaseId: row.release_id ?? undefined,
    problem: row.problem ?? undefined,
    held: row.holds,
    rivals: row.rivals,
  };
  return { version: row.version, stored };
}

interface ClusterRow {
  readonly id: ClusterId;
  readonly enrolled: boolean;
  readonly others: number;
  readonly scope: Scope | null;
  readonly goal_digest: Digest | null;
  readonly goal_revision: string | null;
  readonly goal_rollout: string | null;
  readonly a_digest: Digest | null;
  readonly a_state: StoredAssignment["state"] | null;
  readonly objects: number;
}

async function loadClusters(db: Db, application: string, environment: string) {
  const { rows } = await db.query<ClusterRow & Record<string, unknown>>({
    name: "placement-clusters",
    text: `select c.id, c.state = 'Enrolled' and c.holds_known as enrolled,
                  (select count(*)::int from assignments where cluster_id = c.id and application <> $1 and state <> 'withdrawn') as others,
                  g.scope, g.content_digest as goal_digest, g.revision as goal_revision, g.rollout_id as goal_rollout,
                  a.content_digest as a_digest, a.state as a_state, greatest(gb.objects, ab.objects, 0) as objects
             from clusters c
             left join lateral (select * from goals where application = $1 and environment = $2 and cluster_id = c.id limit 1) g on true
             left join lateral (select * from assignments where application = $1 and cluster_id = c.id limit 1) a on a.environment = $2
             left join bundles gb on gb.digest = g.bundle
             left join bundles ab on ab.digest = a.bundle and a.state <> 'withdrawn'
            where c.state = 'Enrolled' or g.cluster_id is not null`,
    values: [application, environment],
  });
  const goals = new Map<ClusterId, StoredGoal>();
  const assignments = new Map<ClusterId, StoredAssignment>();
  for (const row of rows) {
    if (row.scope !== null && row.goal_digest !== null)
      goals.set(row.id, {
        scope: row.scope,
        digest: row.goal_digest,
        revision: row.goal_revision ?? "",
        rolloutId: row.goal_rollout ?? undefined,
      });
    if (row.a_digest !== null && row.a_state !== null) assignments.set(row.id, { digest: row.a_digest, state: row.a_state });
  }
  return {
    goals,
    assignments,
    filled: new Set(rows.filter(({ objects }) => objects > 0).map(({ id }) => id)),
    enrolled: new Set(rows.filter(({ enrolled }) => enrolled).map(({ id }) => id)),
    applicationsOn: new Map(rows.filter(({ others }) => others > 0).map(({ id, others }) => [id, others])),
  };
}

async function loadActive(db: Db, application: string, environment: string) {
  const { rows } = await db.query<{ id: string; scope: Scope; recovering: boolean }>({
    name: "placement-active-rollouts",
    text: `select id, scope, ${isRecovering("rollouts")} as recovering from rollouts where application = $1 and environment = $2 and phase in ${activePhases}`,
    values: [application, environment],
  });
  return {
    ids: Object.fromEntries(rows.map(({ scope, id }) => [scope, id])) as Partial<Record<Scope, string>>,
    recovering: rows.some(({ scope, recovering }) => scope === "Environment" && recovering),
  };
}

async function loadCompleted(db: Db, application: string, environment: string): Promise<PlacementSnapshot["completed"]> {
  const { rows } = await db.query<{ release_id: ReleaseId; revision: string }>({
    name: "placement-completed",
    text: `select release_id, revision from rollouts
            where application = $1 and environment = $2 and scope = 'Environment' and phase = 'Completed'
            order by finished_at desc, id limit 1`,
    values: [application, environment],
  });
  const row = rows[0];
  return row && { releaseId: row.release_id, revision: row.revision };
}

async function loadRelease(db: Db, id: ReleaseId): Promise<Release> {
  const { rows } = await db.query<Omit<Release, "committedAt"> & { readonly committed_at: Instant } & Record<string, unknown>>({
    name: "placement-release",
    text: "select id, application, number, revision, spec, author, message, committed_at from releases where id = $1",
    values: [id],
  });
  const row = rows[0];
  if (row === undefined) throw new DroverError("not-found", "RELEASE_NOT_FOUND", `load release ${id}: there is none`);
  const { application, number, revision, spec, author, message } = row;
  return { id, application, number, revision, spec, author, message, committedAt: row.committed_at };
}

async function loadHead(db: Db, repository: string, ref: string) {
  const { rows } = await db.query<{ commit: string | null; problem: Problem | null }>({
    name: "placement-head",
    text: "select commit, problem from sources where repository = $1 and ref = $2",
    values: [repository, ref],
  });
  const row = rows[0];
  return row && { commit: row.commit ?? undefined, problem: row.problem ?? undefined };
}

/** Drover's own commits were asked for by somebody; the intent says by whom. Without it, after a lost database, the trailers do. */
async function loadCause(db: Db, commit: string): Promise<Cause> {
  const { rows } = await db.query<{
    author: string;
    message: string;
    kind: string | null;
    actor: string | null;
    reason: string | null;
    traceparent: string | null;
  }>({
    name: "placement-cause",
    text: `select c.author, c.message, i.kind, i.actor, i.reason, i.traceparent
             from fleet_commits c left join intents i on i.id = c.request_id where c.commit = $1`,
    values: [commit],
  });
  const row = rows[0];
  if (row === undefined) return { kind: "Rollout", changeId: commit, actor: "drover", reason: "fleet repository", traceparent: undefined };
  const trailers = parseTrailers(row.message);
  return {
    kind: (row.kind ?? trailers.get("drover-kind")) === "Rollback" ? "Rollback" : "Rollout",
    changeId: commit,
    actor: row.actor ?? trailers.get("drover-actor") ?? `git/${row.author}`,
    reason: row.reason ?? trailers.get("drover-reason") ?? row.message.split("\n", 1)[0] ?? "",
    traceparent: row.traceparent ?? undefined,
  };
}
