import type { ClusterId } from "@drover/kit";
import { type Digest, publicKeyOfNkey, type PublicKey } from "@drover/proto/wire";
import type { Reporter } from "../../../app/agents/ingest-reports.ts";
import { staleAfterMs } from "../../../domain/rollout/target.ts";
import type { Db } from "../database.ts";

/** SQL: three reports are missing. */
export const isSilent = (report: string): string => `${report}.seen_at < now() - interval '${staleAfterMs} milliseconds'`;

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
export async function loadReporters(db: Db, clusters: readonly ClusterId[]): Promise<ReadonlyMap<ClusterId, Reporter>> {
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
