import type { ClusterId } from "@drover/kit";
import type { PlaceName } from "../../../app/placement/placement-store.ts";
import type { Scope } from "../../../domain/placement/plan.ts";
import type { Db } from "../database.ts";

const assignedContent = `jsonb_build_object('project', a.project, 'release_id', a.release_id, 'revision', a.revision, 'bundle', a.bundle,
                           'namespace', a.namespace, 'sync_policy', a.sync_policy, 'content_digest', a.content_digest)`;

/**
 * Adds targets with what a rollback would return them to: what they have now; or, where the rollout before this one never completed, what they
 * would have been returned to then. A cluster that had left and comes back starts anew.
 */
export async function insertTargets(
  tx: Db,
  { application, environment }: PlaceName,
  rolloutId: string,
  clusters: readonly ClusterId[],
  scope: Scope,
): Promise<void> {
  await tx.query({
    name: "rollout-targets-insert",
    text: `with unfinished as (
             select id from (select id, phase from rollouts where application = $3 and environment = $4 and scope = $5 and id <> $1
                              order by created_at desc, id desc limit 1) last
              where phase in ('Superseded', 'Aborted'))
           insert into rollout_targets (rollout_id, cluster_id, state, previous_revision, previous_content)
           select $1, t.cluster_id, 'waiting', a.revision,
                  case when b.cluster_id is not null then b.previous_content when a.cluster_id is not null then ${assignedContent} end
             from unnest($2::text[]) as t (cluster_id)
             left join lateral (select * from assignments where cluster_id = t.cluster_id and application = $3 limit 1) a
               on a.environment = $4 and a.state <> 'withdrawn'
             left join lateral (select * from rollout_targets where rollout_id = (select id from unfinished) and cluster_id = t.cluster_id limit 1) b
               on b.state <> 'left'
           on conflict (rollout_id, cluster_id) do update
             set state = 'waiting', wave = null, generation = null, previous_revision = excluded.previous_revision,
                 previous_content = excluded.previous_content, retried = false, was_degraded = false, was_refused = false,
                 dispatched_at = null, acknowledged_at = null, succeeded_at = null, failed_at = null, because = null`,
    values: [rolloutId, clusters, application, environment, scope],
  });
}

/** Newcomers were given the last completed release after they had become targets: that is what they would be returned to. */
export async function rememberPrevious(tx: Db, { application, environment }: PlaceName, newcomers: readonly ClusterId[]): Promise<void> {
  if (newcomers.length === 0) return;
  await tx.query({
    name: "rollout-targets-newcomers",
    text: `update rollout_targets t set previous_revision = a.revision, previous_content = ${assignedContent}
             from (select c.id as cluster_id, g.rollout_id from unnest($3::text[]) as c (id)
                     join lateral (select * from goals where application = $1 and environment = $2 and cluster_id = c.id limit 1) g on true) g
             join lateral (select * from assignments where cluster_id = g.cluster_id and application = $1 limit 1) a on true
            where t.rollout_id = g.rollout_id and t.cluster_id = g.cluster_id`,
    values: [application, environment, newcomers],
  });
}
