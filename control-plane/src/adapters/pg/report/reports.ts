import type { ClusterId } from "@drover/kit";
import type { AcceptedReport, Committed, ReportStore } from "../../../app/agents/ingest-reports.ts";
import { failpoint } from "../../../app/failpoint.ts";
import type { Database, Db } from "../database.ts";
import { storeJobStatuses } from "../gate/gate-jobs.ts";
import { recordEvents } from "../history/event-log.ts";
import { activePhases } from "../rollout/active-phases.ts";
import { askFor } from "../work-queue.ts";
import { advanceClusters } from "./advance-clusters.ts";
import { recordAgentEvents } from "./agent-events.ts";
import { countStatuses } from "./cluster-totals.ts";
import { recordDrift } from "./drift-episodes.ts";
import { loadReporters } from "./reporters.ts";
import { findNews, keepFingerprints } from "./status-news.ts";
import { storeStatuses } from "./store-statuses.ts";

export const createReportStore = (database: Database): ReportStore => ({
  reporters: (clusters) => loadReporters(database, clusters),
  commit: (reports) => database.transaction((tx) => commit(tx, reports)),
});

/** As many statements for a thousand reports as for one; two, where they say nothing new. */
async function commit(tx: Db, reports: readonly AcceptedReport[]): Promise<Committed> {
  const sorted = [...reports].sort((a, b) => (a.report.cluster < b.report.cluster ? -1 : 1));
  const { newer, eventSeqs, serverTime } = await advanceClusters(tx, sorted);
  const news = findNews(newer, serverTime);
  const { unknown, changed, rollouts, removals, answered } = await storeStatuses(tx, news);
  await countStatuses(tx, news.whole);
  await keepFingerprints(tx, news, new Set(unknown));
  await recordDrift(tx, newer, serverTime);
  await recordAgentEvents(tx, newer, changed);
  await recordEvents(
    tx,
    clustersOf(newer.filter(({ refitted }) => refitted)).map((cluster) => ({
      kind: "ClusterChanged",
      subject: `clusters/${cluster}`,
      body: { cluster },
    })),
  );
  const gates = await storeJobStatuses(tx, newer);
  const waiting = await rolloutsOf(tx, clustersOf(newer.filter(({ returned }) => returned)));
  // Keys of work last, and in this order, as by every writer: two that meet wait for each other, and not in a circle.
  await askFor(tx, "rollout", [...rollouts, ...waiting]);
  await askFor(tx, "removal", removals);
  await askFor(tx, "gate", gates);
  failpoint("ingest.commit.inside");
  return { eventSeqs, serverTime, unknownGenerations: unknown.length, answered };
}

const clustersOf = (reports: readonly { readonly clusterId: ClusterId }[]): readonly ClusterId[] =>
  reports.map(({ clusterId }) => clusterId);

/** Those under way that a cluster is part of. */
async function rolloutsOf(tx: Db, clusters: readonly ClusterId[]): Promise<readonly string[]> {
  if (clusters.length === 0) return [];
  const { rows } = await tx.query<{ id: string }>({
    name: "rollouts-of-clusters",
    text: `select distinct o.id from rollout_targets t join rollouts o on o.id = t.rollout_id and o.phase in ${activePhases}
            where t.cluster_id = any($1)`,
    values: [clusters],
  });
  return rows.map(({ id }) => id);
}
