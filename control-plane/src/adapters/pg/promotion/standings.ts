import type { ClusterId, Instant } from "@drover/kit";
import type { EnvelopeOutbox } from "../../../app/agents/publish-envelopes.ts";
import type { WantedJob } from "@drover/proto/wire";
import type { ClusterState, IssuedAssignment, Standing } from "../../../domain/identity/issue-envelope.ts";
import type { Db } from "../database.ts";
import { issuedJobs } from "../gate/gate-jobs.ts";
import { approvedPrunes } from "../removal/prune-approvals.ts";

interface StandingRow {
  readonly id: ClusterId;
  readonly state: ClusterState;
  readonly cluster_uid: string | null;
  readonly holds_known: boolean;
  readonly epoch: number;
  readonly sequence: number;
  readonly issued_at: Instant;
  readonly server_time: Instant;
  readonly assignments: readonly IssuedAssignment[] | null;
  readonly newest: string | null;
  readonly jobs: readonly WantedJob[] | null;
}

/**
 * Place, assignments and jobs in one statement, hence of one moment. Absent members of the assignments are left out, and the order
 * is fixed: envelopes of equal content must have equal bytes. A cluster without a row in `envelopes` has nothing yet.
 */
export async function loadStandings(db: Db, clusters: readonly ClusterId[]): Promise<readonly Standing[]> {
  const { rows } = await db.query<StandingRow>({
    name: "standings-load",
    text: `select c.id, c.state, c.cluster_uid, c.holds_known, coalesce(e.epoch, 1) as epoch, coalesce(e.sequence, 0) as sequence,
                  coalesce(e.issued_at, c.created_at) as issued_at, now() as server_time, a.assignments, a.newest, ${issuedJobs("c.id")} as jobs
             from clusters c
             left join envelopes e on e.cluster_id = c.id
             left join lateral (
               select jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
                        'application', a.application, 'environment', a.environment, 'project', a.project,
                        'generation', a.generation, 'revision', a.revision, 'state', a.state,
                        'bundle', jsonb_build_object('sha256', a.bundle, 'size', b.size, 'gzipBytes', octet_length(b.gzip)),
                        'namespace', a.namespace, 'syncPolicy', a.sync_policy, 'deletionPolicy', a.deletion_policy,
                        'approvedPrunes', ${approvedPrunes("a")}, 'traceparent', a.traceparent))
                        order by a.application collate "C") as assignments,
                      (array_agg(a.application order by a.assigned_at desc, a.application))[1] as newest
                 from assignments a join bundles b on b.digest = a.bundle
                where a.cluster_id = c.id and a.state <> 'withdrawn') a on true
            where c.id = any($1)`,
    values: [clusters],
  });
  return rows.map(toStanding);
}

const toStanding = (row: StandingRow): Standing => ({
  cluster: row.id,
  state: row.state,
  clusterUid: row.cluster_uid ?? "",
  holdsKnown: row.holds_known,
  epoch: row.epoch,
  sequence: row.sequence,
  issuedAt: row.issued_at,
  serverTime: row.server_time,
  assignments: row.assignments ?? [],
  newest: row.newest ?? undefined,
  jobs: row.jobs ?? [],
});

/** Longer than signing and sending a batch takes; a replica that dies keeps its share waiting no longer than this. */
const leaseMs = 5_000;

export const createEnvelopeOutbox = (db: Db): EnvelopeOutbox => ({
  async claim(limit) {
    const { rows } = await db.query<{ cluster_id: ClusterId }>({
      name: "envelopes-claim",
      text: `update envelopes e
                set lease_until = now() + $2 * interval '1 millisecond'
               from (select e.cluster_id from envelopes e join clusters c on c.id = e.cluster_id and c.state = 'Enrolled'
                      where (e.published_sequence < e.sequence or e.published_epoch < e.epoch) and e.lease_until < now()
                        and c.holds_known
                      order by e.cluster_id limit $1 for update of e skip locked) behind
              where e.cluster_id = behind.cluster_id
             returning e.cluster_id`,
      values: [limit, leaseMs],
    });
    return rows.length === 0
      ? []
      : loadStandings(
          db,
          rows.map((row) => row.cluster_id),
        );
  },

  async published(sent) {
    const sorted = [...sent].sort((a, b) => (a.cluster < b.cluster ? -1 : 1));
    await db.query({
      name: "envelopes-published",
      text: `update envelopes e
                set published_epoch = s.epoch, published_sequence = s.sequence, lease_until = '-infinity'
               from unnest($1::text[], $2::bigint[], $3::bigint[]) as s (cluster_id, epoch, sequence)
              where e.cluster_id = s.cluster_id and (e.published_epoch, e.published_sequence) <= (s.epoch, s.sequence)`,
      values: [sorted.map(({ cluster }) => cluster), sorted.map(({ epoch }) => epoch), sorted.map(({ sequence }) => sequence)],
    });
  },
});
