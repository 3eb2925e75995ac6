import type { ClusterId } from "@drover/kit";
import type { Db } from "../database.ts";
import { proveHistory } from "../placement/assignment-history.ts";
import { activePhases } from "../rollout/active-phases.ts";
import { storableJson } from "../storable-json.ts";
import { turnTotals } from "./cluster-totals.ts";
import type { StatusNews } from "./status-news.ts";

/** Traces of one batch; more of them than this at once help nobody. */
const mostAnswered = 20;

export interface StoredStatuses {
  /** The clusters of statuses for generations that were never assigned; as often as there are such. */
  readonly unknown: readonly ClusterId[];
  /** How many say something new. */
  readonly changed: number;
  /** Those under way that wait for one of them. */
  readonly rollouts: readonly string[];
  /** Entries under `removals/` that one of them may be the end of. */
  readonly removals: readonly string[];
  readonly answered: readonly string[];
}

const nothing: StoredStatuses = { unknown: [], changed: 0, rollouts: [], removals: [], answered: [] };

/**
 * Puts what the reports say in the place of the clusters' statuses. Left out is what speaks of a generation that was never assigned. An
 * assignment is acknowledged by a status of its very generation and bundle, and proven once that status is Synced and Healthy. Rows that say
 * the same again are not written: when a cluster was last heard of is in `cluster_reports`.
 */
export async function storeStatuses(tx: Db, news: StatusNews): Promise<StoredStatuses> {
  const removed = await removeUnnamed(tx, news);
  if (news.statuses.length === 0) return { ...nothing, changed: removed };
  const { rows } = await tx.query<StoredStatuses & Record<string, unknown>>({
    name: "statuses-store",
    grows: true,
    text: `with reported as materialized (
             select r.*, a.generation >= r.generation as known, a.environment, a.traceparent,
                    a.generation = r.generation and a.bundle = r.bundle and
                      (a.acknowledged_at is null or a.proven_at is null and r.sync = 'Synced' and r.health = 'Healthy') as answers,
                    s.cluster_id is null as first, s.ctid as stored,
                    s.health as was_health, s.sync as was_sync, s.drifted as was_drifted, s.held_hash as was_held,
                    (s.generation, s.bundle, s.sync, s.health, s.reason)
                      is distinct from (r.generation, r.bundle, r.sync, r.health, r.reason) as changed,
                    (s.refused_since is not null) is distinct from r.refuses as turns,
                    (s.sync, s.health, s.drifted) is distinct from (r.sync, r.health, r.drifted) as recounts,
                    (s.message, s.failing, s.objects, s.drifted, s.held_hash, s.held_objects, s.last_degraded_at)
                      is distinct from (r.message, r.failing, r.objects, r.drifted, r.held_hash, r.held_objects, coalesce(r."lastDegradedAt", s.last_degraded_at)) as reworded
               from json_to_recordset($1::json) as r (cluster_id text, application text, enrolment bigint, boot bigint, seq bigint,
                      generation bigint, bundle text, sync text, health text, reason text, message text, failing jsonb,
                      objects integer, drifted integer, held_hash text, held_objects integer, "lastDegradedAt" timestamptz, refuses boolean, whole boolean)
               left join assignments a on a.cluster_id = r.cluster_id and a.application = r.application
               left join statuses s on s.cluster_id = r.cluster_id and s.application = r.application),
           added as (
             insert into statuses (cluster_id, application, enrolment, boot, seq, generation, bundle, sync, health, reason, message,
                                   failing, objects, drifted, held_hash, held_objects, degraded_since, last_degraded_at, refused_since, reported_at, changed_at)
             select cluster_id, application, enrolment, boot, seq, generation, bundle, sync, health, reason, message,
                    failing, objects, drifted, held_hash, held_objects, case when health = 'Degraded' then now() end,
                    coalesce("lastDegradedAt", case when health = 'Degraded' then now() end), case when refuses then now() end, now(), now()
               from reported where known and first),
           updated as (
             update statuses s
                set enrolment = r.enrolment, boot = r.boot, seq = r.seq, generation = r.generation, bundle = r.bundle,
                    sync = r.sync, health = r.health, reason = r.reason, message = r.message, failing = r.failing,
                    objects = r.objects, drifted = r.drifted, held_hash = r.held_hash, held_objects = r.held_objects,
                    degraded_since = case when r.health = 'Degraded'
                                          then coalesce(case when s.generation = r.generation then s.degraded_since end, now()) end,
                    last_degraded_at = coalesce(r."lastDegradedAt", case when r.health = 'Degraded' then now() end,
                                                case when s.generation = r.generation then s.last_degraded_at end),
                    refused_since = case when r.refuses
                                         then coalesce(case when (s.generation, s.bundle) = (r.generation, r.bundle) then s.refused_since end, now()) end,
                    reported_at = now(), changed_at = case when r.changed then now() else s.changed_at end
               from reported r
              where r.known and (r.changed or r.reworded or r.turns) and s.ctid = r.stored), -- nobody else moves these rows
           answered as (
             update assignments a
                set acknowledged_at = coalesce(a.acknowledged_at, now()),
                    proven_at = case when r.sync = 'Synced' and r.health = 'Healthy' then coalesce(a.proven_at, now()) else a.proven_at end
               from reported r
              where r.answers and a.cluster_id = r.cluster_id and a.application = r.application
                and a.generation = r.generation and a.bundle = r.bundle
             returning a.*),
           recorded as (${proveHistory("answered")}),
           ${turnTotals},
           told as (
             insert into events (kind, subject, body)
             select 'StatusChanged', 'clusters/' || cluster_id, jsonb_build_object('cluster', cluster_id, 'application', application,
                    'environment', environment, 'generation', generation, 'sync', sync, 'health', health, 'reason', reason)
               from reported where known and (first or changed)),
           detailed as (
             insert into events (kind, subject, body)
             select ${statusUpdated()} from reported where known and not first and (reworded and not changed or was_held is distinct from held_hash)
             returning 1)
           select array(select cluster_id from reported where known is not true) as unknown,
                  (select count(*) from reported where known and (first or changed)) + (select count(*) from detailed) as changed,
                  array(select distinct o.id from reported r
                          join rollouts o on o.application = r.application and o.phase in ${activePhases}
                          join rollout_targets t on t.rollout_id = o.id and t.cluster_id = r.cluster_id
                         where r.known and (r.first or r.changed or r.turns or r.answers)) as rollouts,
                  array(select distinct o.kind || ' ' || o.name from reported r
                          join fleet_objects o on o.kind = 'ApplicationRemoval' and o.name = r.environment || '/' || r.application
                                               or o.kind = 'ClusterRemoval' and o.form ->> 'id' = r.cluster_id
                         where r.known and r.reason = 'Removed' and (r.first or r.changed)) as removals,
                  array(select distinct traceparent from reported where answers and traceparent is not null limit ${mostAnswered}) as answered`,
    values: [storableJson(news.statuses)],
  });
  const [stored = nothing] = rows;
  return { ...stored, changed: stored.changed + removed };
}

/** SQL: an event's columns, of a row with the columns that it names. `name` is the cluster's, where nobody will find it any more. */
const statusUpdated = (name = "null"): string => `
  'StatusUpdated', 'clusters/' || cluster_id,
  jsonb_strip_nulls(jsonb_build_object('cluster', cluster_id, 'application', application, 'environment', environment, 'name', ${name},
                                       'wasHeld', was_held))`;

/** Removes what the whole snapshots of clusters do not name; answers how much. Apart from the rest, since there are hardly ever any. */
async function removeUnnamed(tx: Db, { statuses, whole }: StatusNews): Promise<number> {
  if (whole.length === 0) return 0;
  const { rows } = await tx.query<{ removed: number }>({
    name: "statuses-remove-unnamed",
    text: `with gone as (
             delete from statuses s
              where s.cluster_id = any($1)
                and not exists (select from unnest($2::text[], $3::text[]) n (cluster_id, application)
                                 where n.cluster_id = s.cluster_id and n.application = s.application)
             returning s.cluster_id, s.application, s.held_hash as was_held),
           detailed as (
             insert into events (kind, subject, body)
             select ${statusUpdated("(select c.name from clusters c where c.id = cluster_id)")} from gone left join assignments a using (cluster_id, application))
           select count(*) as removed from gone`,
    values: [whole, statuses.map(({ cluster_id }) => cluster_id), statuses.map(({ application }) => application)],
  });
  return rows[0]?.removed ?? 0;
}
