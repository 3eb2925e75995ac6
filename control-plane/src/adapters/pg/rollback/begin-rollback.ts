import { randomUUID } from "node:crypto";
import { failpoint } from "../../../app/failpoint.ts";
import type { RolloutSnapshot } from "../../../app/rollout/reconcile-rollout.ts";
import type { Scope } from "../../../domain/placement/plan.ts";
import type { ReleaseId } from "../../../domain/release/release.ts";
import { type RolloutPlan, returns } from "../../../domain/rollout/plan.ts";
import { rollbackStrategy } from "../../../domain/rollout/strategy.ts";
import type { Db } from "../database.ts";
import { recordEvents } from "../history/event-log.ts";
import { renameAssignments } from "../placement/goals.ts";
import { insertQuarantine } from "./insert-quarantine.ts";
import { failedOf, rollbackReason } from "./rollback-reason.ts";
import { recordTransitions } from "../rollout/rollout-transitions.ts";
import { askFor } from "../work-queue.ts";

/**
 * Begins to take back what `failed` brought, in the transaction that decided so: every goal becomes what the cluster had before, carried by a
 * rollout of its own, and what was brought is refused from now on. It needs neither git nor rendering, and nothing can be dispatched any more
 * for the rollout that failed.
 */
export async function beginRollback(tx: Db, failed: RolloutSnapshot, plan: RolloutPlan): Promise<void> {
  const returning = failed.targets.filter(returns).map(({ clusterId }) => clusterId);
  const brought = await loadBrought(tx, failed.id, returning);
  if (brought === undefined) return;
  const reason = await rollbackReason(tx, failed, plan);
  const id = randomUUID();
  await insertRollback(tx, id, failed, brought, reason);
  await insertTargets(tx, id, failed, returning);
  const revisions = await loadFailedRevisions(tx, failed, plan, brought);
  const contents = await takeGoalsBack(tx, id, failed);
  for (const revision of revisions) await insertQuarantine(tx, { failed, brought: { ...brought, revision }, contents, reason });
  await renameAssignments(
    tx,
    failed,
    failed.targets.map(({ clusterId }) => clusterId),
  );
  await recordTransitions(tx, id, 1, actor, [
    { event: "created", from: "", to: "Pending", because: { kind: "RollsBack", rollout: failed.id, reason } },
  ]);
  const { application, environment } = failed;
  const { scope, changeId } = brought;
  const { revision } = brought.to;
  const body = {
    id,
    application,
    environment,
    scope,
    phase: "Pending",
    event: "created",
    step: 1,
    revision,
    changeId,
    rollsBack: failed.id,
  };
  await recordEvents(tx, [{ kind: "RolloutChanged", subject: `rollouts/${id}`, body }]);
  await askFor(tx, "rollout", [id]);
  failpoint("rollback.begun.inside");
}

const actor = "drover";

/** What the failed rollout was to bring, and what it takes the place of. */
export interface Brought {
  readonly scope: Scope;
  readonly changeId: string;
  readonly revision: string;
  readonly to: { readonly revision: string; readonly releaseId: ReleaseId };
}

/** Where clusters had different things, as after a rollout that was never completed, the environment's last completed revision names it all. */
async function loadBrought(tx: Db, id: string, returning: readonly string[]): Promise<Brought | undefined> {
  const { rows } = await tx.query<{ scope: Scope; change_id: string; revision: string; to_revision: string; to_release: ReleaseId }>({
    name: "rollback-brought",
    text: `select r.scope, r.change_id, r.revision, p.revision as to_revision, p.release_id as to_release
             from rollouts r
             join lateral (select previous_content ->> 'revision' as revision, previous_content ->> 'release_id' as release_id
                             from rollout_targets where rollout_id = r.id and cluster_id = any($2::text[])
                            group by 1, 2
                            order by previous_content ->> 'revision' = r.previous_revision desc nulls last, count(*) desc, 1 limit 1) p on true
            where r.id = $1`,
    values: [id, returning],
  });
  const row = rows[0];
  return (
    row && {
      scope: row.scope,
      changeId: row.change_id,
      revision: row.revision,
      to: { revision: row.to_revision, releaseId: row.to_release },
    }
  );
}

/** A pin's exceptions may bring several revisions at once: what is refused is what the failed clusters were given, or all where a gate failed. */
async function loadFailedRevisions(tx: Db, failed: RolloutSnapshot, plan: RolloutPlan, brought: Brought): Promise<readonly string[]> {
  if (brought.scope === "Environment") return [brought.revision];
  const { rows } = await tx.query<{ revision: string }>({
    name: "rollback-failed-revisions",
    text: `select distinct revision from goals
            where application = $1 and environment = $2 and rollout_id = $3 and (cluster_id = any($4::text[]) or cardinality($4::text[]) = 0)
            order by revision`,
    values: [failed.application, failed.environment, failed.id, failedOf(failed, plan).map(({ clusterId }) => clusterId)],
  });
  return rows.length === 0 ? [brought.revision] : rows.map(({ revision }) => revision);
}

async function insertRollback(tx: Db, id: string, failed: RolloutSnapshot, { scope, changeId, revision, to }: Brought, reason: string) {
  await tx.query({
    name: "rollback-insert",
    text: `insert into rollouts (id, application, environment, scope, change_id, release_id, revision, previous_revision, phase, kind, rolls_back,
                                 strategy, actor, reason, traceparent)
           values ($1, $2, $3, $4, $5, $6, $7, $8, 'Pending', 'Rollback', $9, $10, $11, $12, $13)`,
    values: [
      id,
      failed.application,
      failed.environment,
      scope,
      changeId,
      to.releaseId,
      to.revision,
      revision,
      failed.id,
      JSON.stringify(rollbackStrategy(failed.rollout.strategy)),
      actor,
      reason,
      failed.traceparent ?? null,
    ],
  });
}

/** In the waves that brought it. What they are to have stays what they would be returned to, should another rollout take this one's place and fail. */
async function insertTargets(tx: Db, id: string, failed: RolloutSnapshot, returning: readonly string[]): Promise<void> {
  await tx.query({
    name: "rollback-targets-insert",
    text: `insert into rollout_targets (rollout_id, cluster_id, state, wave, previous_revision, previous_content)
           select $1, t.cluster_id, 'waiting', t.wave, a.revision, t.previous_content
             from rollout_targets t
             left join lateral (select revision from assignments where cluster_id = t.cluster_id and application = $4 limit 1) a on true
            where t.rollout_id = $2 and t.cluster_id = any($3::text[])`,
    values: [id, failed.id, returning, failed.application],
  });
}

/**
 * Goals of clusters that were not reached go back too: a later look at what git wants then finds nothing to do. A cluster that had nothing before
 * keeps what it has, and joins the environment anew once git says what it should run. Answers the contents that are taken back.
 */
async function takeGoalsBack(tx: Db, id: string, { id: failed, application, environment }: RolloutSnapshot): Promise<readonly string[]> {
  const { rows } = await tx.query<{ content_digest: string }>({
    name: "rollback-contents",
    text: `select distinct g.content_digest from goals g join rollout_targets t on t.rollout_id = $3 and t.cluster_id = g.cluster_id
            where g.application = $1 and g.environment = $2 and g.rollout_id = $3
              and t.previous_content ->> 'content_digest' is distinct from g.content_digest order by 1`,
    values: [application, environment, failed],
  });
  await tx.query({
    name: "rollback-goals",
    text: `update goals g
              set release_id = p.release_id, revision = p.revision, bundle = p.bundle, namespace = p.namespace, project = p.project,
                  sync_policy = p.sync_policy, content_digest = p.content_digest, rollout_id = $4
             from (select t.cluster_id, c.* from rollout_targets t
                     cross join lateral jsonb_to_record(t.previous_content) as c (release_id text, revision text, bundle text, namespace text,
                                                                                  project text, sync_policy jsonb, content_digest text)
                    where t.rollout_id = $3 and t.previous_content is not null offset 0) p
            where g.application = $1 and g.environment = $2 and g.cluster_id = p.cluster_id and g.rollout_id = $3`,
    values: [application, environment, failed, id],
  });
  await tx.query({
    name: "rollback-goals-forget",
    text: "delete from goals where application = $1 and environment = $2 and rollout_id = $3",
    values: [application, environment, failed],
  });
  return rows.map(({ content_digest }) => content_digest);
}
