import { type ClusterId, type Instant, instant, rfc3339 } from "@drover/kit";
import { type HistoryEntry, historyFields } from "@drover/proto/rest";
import type { Digest } from "@drover/proto/wire";
import type { HistoryStore } from "../../../app/history/history.ts";
import type { Db } from "../database.ts";
import { type List, listPage, spelled } from "../list.ts";
import { type AssignmentRow, assignmentStates } from "../report/status-rows.ts";

export const createHistoryStore = (db: Db): HistoryStore => ({
  begins: () => loadBeginning(db),
  list: (at, { environment }, request) => listPage(db, historyAt(at, environment), request, shown),
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
const historyAt = (at: string, environment: string | undefined): List<keyof typeof historyFields> => ({
  name: "history-list",
  fields: historyFields,
  columns: {
    cluster: "c.name",
    clusterId: "c.id",
    application: "a.application",
    environment: "h.environment",
    state: spelled("h.state", assignmentStates),
    generation: "h.generation",
    releaseId: "h.release_id",
    release: "(rel.application || '-' || rel.number)",
    revision: "h.revision",
    bundle: "h.bundle",
    rolloutId: "h.rollout_id",
    since: "h.at",
    proven: "(coalesce(h.proven_at <= $1, false))",
  },
  select: `c.name as cluster, a.cluster_id, a.application, h.environment, h.state, h.generation, h.release_id,
           rel.application || '-' || rel.number as release, h.revision, h.bundle, h.rollout_id, h.at,
           case when h.proven_at <= $1 then h.proven_at end as proven_at`,
  from: `clusters c
         join assignments a on a.cluster_id = c.id
         join lateral (select * from assignment_history where cluster_id = a.cluster_id and application = a.application and at <= $1
                        order by at desc limit 1) h on h.state <> 'removed'
         join releases rel on rel.id = h.release_id`,
  where: "$2::text is null or exists (select from assignment_history where environment = $2 and cluster_id = c.id)",
  values: [at, environment ?? null],
  order: [],
  unique: ["cluster", "application"],
  labelled: { clusterId: "c.id" },
});

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
