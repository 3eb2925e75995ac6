import type { ClusterId, Instant } from "@drover/kit";
import { type Digest, publicKeyOfNkey, type PublicKey } from "@drover/proto/wire";
import { failpoint } from "../../../app/failpoint.ts";
import type { AcceptedReport, Committed, Reporter, ReportStore } from "../../../app/agents/ingest-reports.ts";
import { reportedTime } from "../../../domain/ingest/reported-time.ts";
import { staleAfterMs } from "../../../domain/rollout/target.ts";
import { activePhases } from "../rollout/active-phases.ts";
import { proveHistory } from "../placement/assignment-history.ts";
import type { Database, Db } from "../database.ts";
import { countStatuses } from "./cluster-totals.ts";
import { recordDrift } from "./drift-episodes.ts";
import { eventChannel, recordEvents } from "../history/event-log.ts";
import { storeJobStatuses } from "../gate/gate-jobs.ts";
import { storableJson } from "../storable-json.ts";
import { askFor } from "../work-queue.ts";

export const createReportStore = (database: Database): ReportStore => ({
  reporters: (clusters) => loadReporters(database, clusters),
  commit: (reports) => database.transaction((tx) => commit(tx, reports)),
});

interface ReporterRow {
  readonly id: ClusterId;
  readonly state: Reporter["state"];
  readonly enrolment: number;
  readonly public_key: string | null;
  readonly previous_key: string | null;
  readonly last_enrolment: number | null;
  readonly boot: number;
  readonly seq: number;
  readonly digest: Digest;
  readonly event_seq: number;
  readonly lease_transitions: number | null;
  readonly is_silent: boolean;
}

/** Read for every batch: a revocation counts from the next batch on, in every replica, without a cache to be told. */
async function loadReporters(db: Db, clusters: readonly ClusterId[]): Promise<ReadonlyMap<ClusterId, Reporter>> {
  const { rows } = await db.query<ReporterRow>({
    name: "reporters-load",
    text: `select c.id, c.state, c.enrolment, c.public_key, case when c.previous_until > now() then c.previous_key end as previous_key,
                  r.enrolment as last_enrolment, r.boot, r.seq, r.digest, r.event_seq, r.lease_transitions, ${isSilent("r")} as is_silent
             from clusters c left join cluster_reports r on r.cluster_id = c.id
            where c.id = any($1)`,
    values: [clusters],
  });
  return new Map(rows.map((row) => [row.id, toReporter(row)]));
}

const toReporter = (row: ReporterRow): Reporter => ({
  state: row.state,
  enrolment: row.enrolment,
  keys: new Map(
    [row.public_key, row.previous_key].filter((key) => key !== null).map((key): [string, PublicKey] => [key, publicKeyOfNkey("user", key)]),
  ),
  last:
    row.last_enrolment === null
      ? undefined
      : {
          enrolment: row.last_enrolment,
          leaseTransitions: row.lease_transitions ?? undefined,
          boot: row.boot,
          seq: row.seq,
          digest: row.digest,
          eventSeq: row.event_seq,
          isSilent: row.is_silent,
        },
});

/** Three reports are missing. The order of reports is judge-report.ts'; the statement below holds to it once more, under the row's lock. */
const isSilent = (report: string): string => `${report}.seen_at < now() - interval '${staleAfterMs} milliseconds'`;

const isNewer = `
  c.enrolment < excluded.enrolment or (c.enrolment = excluded.enrolment and
    case when c.lease_transitions is null or excluded.lease_transitions is null or c.lease_transitions = excluded.lease_transitions
         then (c.boot, c.seq) < (excluded.boot, excluded.seq)
         when c.lease_transitions < excluded.lease_transitions then true
         else c.boot < excluded.boot and ${isSilent("c")} end)`;

/**
 * Five statements at most, whatever the size. The first takes the clusters' own rows, in order of their ids, and refuses what is no
 * longer newer; as it holds those locks, nobody else writes these clusters' statuses until the commit.
 */
async function commit(tx: Db, reports: readonly AcceptedReport[]): Promise<Committed> {
  const sorted = [...reports].sort((a, b) => (a.report.cluster < b.report.cluster ? -1 : 1));
  const { eventSeqs, serverTime, returned, refitted } = await advanceClusters(tx, sorted);
  const newer = sorted.filter(({ report }) => eventSeqs.has(report.cluster as ClusterId));
  if (newer.length === 0) return { eventSeqs, serverTime, unknownGenerations: 0, answered: [] };
  const { unknownGenerations, changed, rollouts, removals, answered } = await storeStatuses(tx, newer, returned, serverTime);
  await recordDrift(tx, newer, serverTime);
  await recordAgentEvents(tx, newer, changed);
  await recordEvents(
    tx,
    refitted.map((cluster) => ({ kind: "ClusterChanged", subject: `clusters/${cluster}`, body: { cluster } })),
  );
  const gates = await storeJobStatuses(tx, newer);
  // Keys of work last, and in this order, as by every writer: two that meet wait for each other, and not in a circle.
  await askFor(tx, "rollout", rollouts);
  await askFor(tx, "removal", removals);
  await askFor(tx, "gate", gates);
  failpoint("ingest.commit.inside");
  return { eventSeqs, serverTime, unknownGenerations, answered };
}

const lastEvent = ({ report, eventSeq }: AcceptedReport): number => report.events.reduce((last, { seq }) => Math.max(last, seq), eventSeq);

async function advanceClusters(
  tx: Db,
  sorted: readonly AcceptedReport[],
): Promise<{
  readonly eventSeqs: ReadonlyMap<ClusterId, number>;
  readonly serverTime: Instant;
  /** Those that were silent, or whose maintenance began or ended: rollouts may go on there. */
  readonly returned: readonly ClusterId[];
  /** Those that say another version or maintenance than before. */
  readonly refitted: readonly ClusterId[];
}> {
  const { rows } = await tx.query<{ cluster_id: ClusterId; event_seq: number; seen_at: Instant; returned: boolean; refitted: boolean }>({
    name: "cluster-reports-advance",
    text: `with before as (select * from cluster_reports where cluster_id = any($2::text[]))
           insert into cluster_reports as c (cluster_id, enrolment, boot, seq, digest, event_seq, agent_version, kubernetes_version, epoch, sequence,
                                            lease_transitions, maintenance, seen_at)
           select cluster_id, enrolment, boot, seq, digest, event_seq, agent_version, kubernetes_version, epoch, sequence,
                  lease_transitions, maintenance, now()
             from json_to_recordset($1::json) as r (cluster_id text, enrolment bigint, boot bigint, seq bigint, digest text, event_seq bigint,
                                                    agent_version text, kubernetes_version text, epoch bigint, sequence bigint,
                                                    lease_transitions bigint, maintenance boolean)
            order by cluster_id
           on conflict (cluster_id) do update
             set enrolment = excluded.enrolment, boot = excluded.boot, seq = excluded.seq, digest = excluded.digest,
                 event_seq = excluded.event_seq, agent_version = excluded.agent_version,
                 kubernetes_version = excluded.kubernetes_version, epoch = excluded.epoch, sequence = excluded.sequence,
                 lease_transitions = excluded.lease_transitions, maintenance = excluded.maintenance, seen_at = excluded.seen_at
           where ${isNewer}
           returning c.cluster_id, c.event_seq, c.seen_at,
                     (select ${isSilent("b")} or b.maintenance <> c.maintenance from before b where b.cluster_id = c.cluster_id) is not false
                       as returned,
                     (select (b.agent_version, b.kubernetes_version, b.maintenance) is distinct from (c.agent_version, c.kubernetes_version, c.maintenance)
                        from before b where b.cluster_id = c.cluster_id) is true as refitted`,
    values: [
      storableJson(
        sorted.map((accepted) => ({
          cluster_id: accepted.report.cluster,
          enrolment: accepted.report.enrolment,
          boot: accepted.report.boot,
          seq: accepted.report.seq,
          digest: accepted.digest,
          event_seq: lastEvent(accepted),
          agent_version: accepted.report.agentVersion,
          kubernetes_version: accepted.report.kubernetesVersion,
          epoch: accepted.report.epoch,
          sequence: accepted.report.sequence,
          lease_transitions: accepted.report.leaseTransitions,
          maintenance: accepted.report.maintenance ?? false,
        })),
      ),
      sorted.map(({ report }) => report.cluster),
    ],
  });
  return {
    eventSeqs: new Map(rows.map((row) => [row.cluster_id, row.event_seq])),
    serverTime: rows[0]?.seen_at ?? (0 as Instant),
    returned: rows.filter((row) => row.returned).map((row) => row.cluster_id),
    refitted: rows.filter((row) => row.refitted).map((row) => row.cluster_id),
  };
}

/** Traces of one batch; more of them than this at once help nobody. */
const mostAnswered = 20;

interface StoredStatuses {
  readonly unknownGenerations: number;
  /** How many say something new. */
  readonly changed: number;
  /** Those under way that wait for one of them. */
  readonly rollouts: readonly string[];
  /** Entries under `removals/` that one of them may be the end of. */
  readonly removals: readonly string[];
  readonly answered: readonly string[];
}

/**
 * Replaces the clusters' statuses by what the reports say; they are whole, so what they do not name is gone. Left out is what
 * speaks of a generation that was never assigned. An assignment is acknowledged by a status of its very generation and
 * bundle, and proven once that status is Synced and Healthy. Rows that say the same again are not written: most reports only
 * say that the agent lives, and `cluster_reports` has that.
 */
async function storeStatuses(
  tx: Db,
  newer: readonly AcceptedReport[],
  returned: readonly ClusterId[],
  now: Instant,
): Promise<StoredStatuses> {
  const { rows } = await tx.query<Omit<StoredStatuses, "unknownGenerations"> & { readonly unknown: number }>({
    name: "statuses-store",
    text: `with reported as materialized (
             select r.*, a.generation >= r.generation as known, a.environment, a.traceparent,
                    a.generation = r.generation and a.bundle = r.bundle and
                      (a.acknowledged_at is null or a.proven_at is null and r.sync = 'Synced' and r.health = 'Healthy') as answers,
                    s.cluster_id is null as first, s.health as was_health, s.sync as was_sync, s.drifted as was_drifted,
                    (s.generation, s.bundle, s.sync, s.health, s.reason)
                      is distinct from (r.generation, r.bundle, r.sync, r.health, r.reason) as changed,
                    (s.message, s.failing, s.objects, s.drifted, s.held_hash, s.held_objects, s.last_degraded_at)
                      is distinct from (r.message, r.failing, r.objects, r.drifted, r.held_hash, r.held_objects, coalesce(r."lastDegradedAt", s.last_degraded_at)) as reworded
               from json_to_recordset($1::json) as r (cluster_id text, application text, enrolment bigint, boot bigint, seq bigint,
                      generation bigint, bundle text, sync text, health text, reason text, message text, failing jsonb,
                      objects integer, drifted integer, held_hash text, held_objects integer, "lastDegradedAt" timestamptz)
               left join assignments a on a.cluster_id = r.cluster_id and a.application = r.application
               left join statuses s on s.cluster_id = r.cluster_id and s.application = r.application),
           gone as (
             delete from statuses s
              where s.cluster_id = any($2)
                and not exists (select 1 from reported r where r.cluster_id = s.cluster_id and r.application = s.application)),
           added as (
             insert into statuses (cluster_id, application, enrolment, boot, seq, generation, bundle, sync, health, reason, message,
                                   failing, objects, drifted, held_hash, held_objects, degraded_since, last_degraded_at, reported_at, changed_at)
             select cluster_id, application, enrolment, boot, seq, generation, bundle, sync, health, reason, message,
                    failing, objects, drifted, held_hash, held_objects, case when health = 'Degraded' then now() end,
                    coalesce("lastDegradedAt", case when health = 'Degraded' then now() end), now(), now()
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
                    reported_at = now(), changed_at = case when r.changed then now() else s.changed_at end
               from reported r
              where r.known and not r.first and (r.changed or r.reworded)
                and s.cluster_id = r.cluster_id and s.application = r.application),
           answered as (
             update assignments a
                set acknowledged_at = coalesce(a.acknowledged_at, now()),
                    proven_at = case when r.sync = 'Synced' and r.health = 'Healthy' then coalesce(a.proven_at, now()) else a.proven_at end
               from reported r
              where r.answers and a.cluster_id = r.cluster_id and a.application = r.application
                and a.generation = r.generation and a.bundle = r.bundle
             returning a.*),
           recorded as (${proveHistory("answered")}),
           ${countStatuses("$2")},
           told as (
             insert into events (kind, subject, body)
             select 'StatusChanged', 'clusters/' || cluster_id, jsonb_build_object('cluster', cluster_id, 'application', application,
                    'environment', environment, 'generation', generation, 'sync', sync, 'health', health, 'reason', reason)
               from reported where known and (first or changed))
           select (select count(*) from reported where known is not true) as unknown,
                  (select count(*) from reported where known and (first or changed)) as changed,
                  array(select o.id from reported r
                          join rollouts o on o.application = r.application and o.phase in ${activePhases}
                          join rollout_targets t on t.rollout_id = o.id and t.cluster_id = r.cluster_id
                         where r.known and (r.first or r.changed or r.answers)
                         union
                        select o.id from rollout_targets t join rollouts o on o.id = t.rollout_id and o.phase in ${activePhases}
                         where t.cluster_id = any($3)) as rollouts,
                  array(select distinct o.kind || ' ' || o.name from reported r
                          join fleet_objects o on o.kind = 'ApplicationRemoval' and o.name = r.environment || '/' || r.application
                                               or o.kind = 'ClusterRemoval' and o.form ->> 'id' = r.cluster_id
                         where r.known and r.reason = 'Removed' and (r.first or r.changed)) as removals,
                  array(select distinct traceparent from reported where answers and traceparent is not null limit ${mostAnswered}) as answered`,
    values: [storableJson(newer.flatMap((accepted) => statusesOf(accepted, now))), newer.map(({ report }) => report.cluster), returned],
  });
  const [row] = rows;
  return {
    unknownGenerations: row?.unknown ?? 0,
    changed: row?.changed ?? 0,
    rollouts: row?.rollouts ?? [],
    removals: row?.removals ?? [],
    answered: row?.answered ?? [],
  };
}

/** In order of their names, as every writer takes these locks; an application named twice counts with its last status. */
function statusesOf({ report: { cluster, enrolment, boot, seq, applications } }: AcceptedReport, now: Instant): readonly object[] {
  const byName = new Map(applications.map((status) => [status.application, status]));
  const sorted = [...byName.values()].sort((a, b) => (a.application < b.application ? -1 : 1));
  return sorted.map(({ held, lastDegradedAt, ...status }) => ({
    ...status,
    cluster_id: cluster,
    enrolment,
    boot,
    seq,
    lastDegradedAt: reportedTime(lastDegradedAt, now),
    held_hash: held?.hash,
    held_objects: held?.objects,
  }));
}

/** Also wakes those who watch: the changed statuses' own events are in this transaction. */
async function recordAgentEvents(tx: Db, newer: readonly AcceptedReport[], changed: number): Promise<void> {
  const events = newer.flatMap(({ report, eventSeq }) =>
    report.events
      .filter(({ seq }) => seq > eventSeq)
      .map((event) => ({ subject: `clusters/${report.cluster}`, body: { cluster: report.cluster, ...event } })),
  );
  if (events.length === 0 && changed === 0) return;
  await tx.query({
    name: "agent-events-record",
    text: `with recorded as (
             insert into events (kind, subject, body)
             select 'AgentEvent', e.subject, e.body from json_to_recordset($1::json) as e (subject text, body jsonb))
           select pg_notify('${eventChannel}', '')`,
    values: [storableJson(events)],
  });
}
