import { type ClusterId, type Instant, instant, rfc3339 } from "@drover/kit";
import type { HistoryEntry } from "@drover/proto/rest";
import type { Digest } from "@drover/proto/wire";
import type { HistoryFilter, HistoryStore } from "../../../app/history/history.ts";
import { type Page, type PageRequest, pageOf } from "../../../app/page.ts";
import type { Db } from "../database.ts";
import { type AssignmentRow, assignmentStates } from "../report/status-rows.ts";

export const createHistoryStore = (db: Db): HistoryStore => ({
  begins: () => loadBeginning(db),
  list: (at, filter, page) => listHistory(db, at, filter, page),
});

async function loadBeginning(db: Db): Promise<Instant> {
  const { rows } = await db.query<{ begins: Instant | null }>({
    name: "history-begins",
    text: "select (value #>> '{}')::timestamptz as begins from settings where key = 'history.begins'",
  });
  return rows[0]?.begins ?? instant(Number.POSITIVE_INFINITY);
}

interface HistoryRow {
  readonly cluster: string;
  readonly cluster_id: ClusterId;
  readonly application: string;
  readonly environment: string;
  readonly state: AssignmentRow["state"];
  readonly generation: number;
  readonly release_id: string;
  readonly release: string;
  readonly revision: string;
  readonly bundle: Digest;
  readonly rollout_id: string | null;
  readonly at: Instant;
  readonly proven_at: Instant | null;
}

/**
 * An assignment's row is never deleted, so they name every pair that has records, and each is looked up by its key. A page reads as many
 * pairs as it shows, and asks of each cluster in between whether it ever was in the `environment`.
 */
async function listHistory(
  db: Db,
  at: string,
  { application, environment, cluster }: HistoryFilter,
  { size, after }: PageRequest,
): Promise<Page<HistoryEntry>> {
  const { rows } = await db.query<HistoryRow & Record<string, unknown>>({
    name: "history-list",
    text: `select c.name as cluster, a.cluster_id, a.application, h.environment, h.state, h.generation, h.release_id,
                  rel.application || '-' || rel.number as release, h.revision, h.bundle, h.rollout_id, h.at,
                  case when h.proven_at <= $1 then h.proven_at end as proven_at
             from clusters c
             join assignments a on a.cluster_id = c.id
             join lateral (select * from assignment_history where cluster_id = a.cluster_id and application = a.application and at <= $1
                            order by at desc limit 1) h on h.state <> 'removed'
             join releases rel on rel.id = h.release_id
            where ($2::text is null or a.application = $2) and ($4::text is null or c.id = $4)
              and ($3::text is null or h.environment = $3)
              and ($3::text is null or exists (select from assignment_history where environment = $3 and cluster_id = c.id))
              and c.name >= coalesce($5::text, '') and ($5::text is null or (c.name, a.application) > ($5, $6))
            order by c.name, a.application limit $7`,
    values: [at, application ?? null, environment ?? null, cluster ?? null, after?.[0] ?? null, after?.[1] ?? null, size + 1],
  });
  return pageOf(rows, size, shown, (row) => [row.cluster, row.application]);
}

const shown = (row: HistoryRow): HistoryEntry => ({
  cluster: row.cluster,
  clusterId: row.cluster_id,
  application: row.application,
  environment: row.environment,
  state: assignmentStates[row.state],
  generation: row.generation,
  releaseId: row.release_id,
  release: row.release,
  revision: row.revision,
  bundle: row.bundle,
  ...(row.rollout_id === null ? {} : { rolloutId: row.rollout_id }),
  since: rfc3339(row.at),
  proven: row.proven_at !== null,
  ...(row.proven_at === null ? {} : { provenAt: rfc3339(row.proven_at) }),
});
