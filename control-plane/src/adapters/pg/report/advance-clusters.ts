import type { ClusterId, Instant } from "@drover/kit";
import type { AcceptedReport } from "../../../app/agents/ingest-reports.ts";
import type { Db } from "../database.ts";
import { storableJson } from "../storable-json.ts";
import { isSilent } from "./reporters.ts";

/** A report that is the newest of its cluster now, and what the cluster was before it. */
export interface NewerReport extends AcceptedReport {
  readonly clusterId: ClusterId;
  /** It was silent, or its maintenance began or ended: rollouts may go on there. */
  readonly returned: boolean;
  /** It says another version or maintenance than before. */
  readonly refitted: boolean;
  /** Of the statuses that are stored, and of nothing else; absent where that is not certain. See status-news.ts. */
  readonly fingerprints: string | undefined;
  /** The place of its envelope: it rises with every change of an assignment. */
  readonly envelope: string;
}

export interface Advance {
  readonly newer: readonly NewerReport[];
  readonly eventSeqs: ReadonlyMap<ClusterId, number>;
  readonly serverTime: Instant;
}

/**
 * Takes the clusters' own rows, in order of their ids, and moves them on; leaves out what is no longer newer. As it holds those locks, nobody
 * else writes these clusters' statuses until the commit.
 */
export async function advanceClusters(tx: Db, sorted: readonly AcceptedReport[]): Promise<Advance> {
  const before = await lockReports(
    tx,
    sorted.map(({ report }) => report.cluster),
  );
  const advanced = await moveOn(tx, sorted);
  const newer = sorted.flatMap((accepted): readonly NewerReport[] => {
    const clusterId = accepted.report.cluster as ClusterId;
    const now = advanced.get(clusterId);
    return now === undefined ? [] : [{ ...accepted, clusterId, ...difference(before.get(clusterId), accepted, now) }];
  });
  return {
    newer,
    eventSeqs: new Map([...advanced].map(([cluster, { event_seq }]) => [cluster, event_seq])),
    serverTime: advanced.values().next().value?.seen_at ?? (0 as Instant),
  };
}

interface BeforeRow {
  readonly cluster_id: ClusterId;
  readonly seq: number;
  readonly compared_seq: number | null;
  readonly agent_version: string;
  readonly kubernetes_version: string;
  readonly maintenance: boolean;
  readonly is_silent: boolean;
}

/** A statement of its own: what the next one reads of other tables is then as new as the locks. */
async function lockReports(tx: Db, clusters: readonly string[]): Promise<ReadonlyMap<ClusterId, BeforeRow>> {
  const { rows } = await tx.query<BeforeRow & Record<string, unknown>>({
    name: "cluster-reports-lock",
    text: `select cluster_id, seq, compared_seq, agent_version, kubernetes_version, maintenance, ${isSilent("r")} as is_silent
             from cluster_reports r where cluster_id = any($1) order by cluster_id for update`,
    values: [clusters],
  });
  return new Map(rows.map((row) => [row.cluster_id, row]));
}

/** The order of reports is judge-report.ts'; this statement holds to it once more, under the row's lock. */
const isNewer = `
  c.enrolment < excluded.enrolment or (c.enrolment = excluded.enrolment and
    case when c.lease_transitions is null or excluded.lease_transitions is null or c.lease_transitions = excluded.lease_transitions
         then (c.boot, c.seq) < (excluded.boot, excluded.seq)
         when c.lease_transitions < excluded.lease_transitions then true
         else c.boot < excluded.boot and ${isSilent("c")} end)`;

interface AdvancedRow {
  readonly cluster_id: ClusterId;
  readonly event_seq: number;
  readonly seen_at: Instant;
  readonly fingerprints: string | null;
  readonly envelope: string | null;
}

async function moveOn(tx: Db, sorted: readonly AcceptedReport[]): Promise<ReadonlyMap<ClusterId, AdvancedRow>> {
  const { rows } = await tx.query<AdvancedRow & Record<string, unknown>>({
    name: "cluster-reports-advance",
    text: `insert into cluster_reports as c (cluster_id, enrolment, boot, seq, compared_seq, digest, event_seq, agent_version, kubernetes_version,
                                            epoch, sequence, lease_transitions, maintenance, seen_at)
           select cluster_id, enrolment, boot, seq, seq, digest, event_seq, agent_version, kubernetes_version, epoch, sequence,
                  lease_transitions, maintenance, now()
             from json_to_recordset($1::json) as r (cluster_id text, enrolment bigint, boot bigint, seq bigint, digest text, event_seq bigint,
                                                    agent_version text, kubernetes_version text, epoch bigint, sequence bigint,
                                                    lease_transitions bigint, maintenance boolean)
            order by cluster_id
           on conflict (cluster_id) do update
             set enrolment = excluded.enrolment, boot = excluded.boot, seq = excluded.seq, compared_seq = excluded.compared_seq,
                 digest = excluded.digest, event_seq = excluded.event_seq, agent_version = excluded.agent_version,
                 kubernetes_version = excluded.kubernetes_version, epoch = excluded.epoch, sequence = excluded.sequence,
                 lease_transitions = excluded.lease_transitions, maintenance = excluded.maintenance, seen_at = excluded.seen_at
           where ${isNewer}
           returning c.cluster_id, c.event_seq, c.seen_at,
                     (select f.fingerprints from status_fingerprints f where f.cluster_id = c.cluster_id) as fingerprints,
                     (select e.epoch || ' ' || e.sequence from envelopes e where e.cluster_id = c.cluster_id) as envelope`,
    values: [storableJson(sorted.map(toRow))],
  });
  return new Map(rows.map((row) => [row.cluster_id, row]));
}

const toRow = (accepted: AcceptedReport): object => ({
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
  maintenance: isInMaintenance(accepted),
});

const lastEvent = ({ report, eventSeq }: AcceptedReport): number => report.events.reduce((last, { seq }) => Math.max(last, seq), eventSeq);

const isInMaintenance = ({ report }: AcceptedReport): boolean => report.maintenance ?? false;

function difference(
  before: BeforeRow | undefined,
  accepted: AcceptedReport,
  { fingerprints, envelope }: AdvancedRow,
): Pick<NewerReport, "returned" | "refitted" | "fingerprints" | "envelope"> {
  const { agentVersion, kubernetesVersion } = accepted.report;
  const turned = before?.maintenance !== isInMaintenance(accepted);
  return {
    returned: before === undefined || before.is_silent || turned,
    refitted: before !== undefined && (before.agent_version !== agentVersion || before.kubernetes_version !== kubernetesVersion || turned),
    // A program of an earlier version stores statuses and leaves fingerprints and compared_seq as they were.
    fingerprints: before !== undefined && before.compared_seq === before.seq ? (fingerprints ?? undefined) : undefined,
    envelope: envelope ?? "",
  };
}
