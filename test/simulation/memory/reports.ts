import { type ClusterId, type Instant, parseInstant } from "@drover/kit";
import { type ApplicationStatus, type Digest, publicKeyOfNkey } from "@drover/proto/wire";
import type { AcceptedReport, Committed, Reporter, ReportStore } from "../../../control-plane/src/app/agents/ingest-reports.ts";
import { reportedTime } from "../../../control-plane/src/domain/ingest/reported-time.ts";
import { refusalOf } from "../../../control-plane/src/domain/rollout/refusal.ts";
import { isActive } from "../../../control-plane/src/domain/rollout/phase.ts";
import { staleAfterMs } from "../../../control-plane/src/domain/rollout/target.ts";
import type { MemoryDatabase } from "./database.ts";
import type { AssignmentRow, ClusterReportRow, ClusterRow, StatusRow } from "./rows.ts";
import { askFor } from "./work-queue.ts";

export const createMemoryReportStore = (database: MemoryDatabase): ReportStore => ({
  reporters: async (clusters) => {
    const rows = clusters.map((id) => database.clusters.get(id)).filter((row) => row !== undefined);
    return new Map(rows.map((row) => [row.id, reporterOf(row, database.clusterReports.get(row.id), database.now())]));
  },
  commit: async (reports) => database.transaction(() => commit(database, reports)),
});

function reporterOf({ state, enrolment, publicKey }: ClusterRow, last: ClusterReportRow | undefined, now: Instant): Reporter {
  return {
    state,
    enrolment,
    keys: new Map(publicKey === undefined ? [] : [[publicKey, publicKeyOfNkey("user", publicKey)]]),
    last: last && { ...last, isSilent: isSilent(last, now) },
  };
}

const isSilent = ({ seenAt }: ClusterReportRow, now: Instant): boolean => now - seenAt > staleAfterMs;

function commit(database: MemoryDatabase, reports: readonly AcceptedReport[]): Committed {
  const { clusterReports, now } = database;
  const eventSeqs = new Map<ClusterId, number>();
  const rollouts = new Set<string>();
  let unknownGenerations = 0;
  for (const accepted of reports) {
    const next = rowOf(accepted, now());
    const last = clusterReports.get(next.clusterId);
    if (last !== undefined && !isNewer(next, last, now())) continue;
    clusterReports.put(next.clusterId, next);
    eventSeqs.set(next.clusterId, next.eventSeq);
    unknownGenerations += storeStatuses(database, next.clusterId, accepted.report.applications, rollouts);
  }
  askFor(database, "rollout", rollouts);
  return { eventSeqs, serverTime: eventSeqs.size > 0 ? now() : (0 as Instant), unknownGenerations, answered: [] };
}

const rowOf = ({ report, digest, eventSeq }: AcceptedReport, now: Instant): ClusterReportRow => ({
  clusterId: report.cluster as ClusterId,
  enrolment: report.enrolment,
  leaseTransitions: report.leaseTransitions,
  boot: report.boot,
  seq: report.seq,
  digest,
  eventSeq: report.events.reduce((last, { seq }) => Math.max(last, seq), eventSeq),
  maintenance: report.maintenance ?? false,
  seenAt: now,
});

function isNewer(next: ClusterReportRow, last: ClusterReportRow, now: Instant): boolean {
  if (next.enrolment !== last.enrolment) return next.enrolment > last.enrolment;
  const [a, b] = [next.leaseTransitions, last.leaseTransitions];
  if (a === undefined || b === undefined || a === b) return next.boot > last.boot || (next.boot === last.boot && next.seq > last.seq);
  return a > b || (next.boot > last.boot && isSilent(last, now));
}

/** Replaces the cluster's statuses by what the report says: it is whole, so what it does not name is gone. Answers how many generations it made up. */
function storeStatuses(
  database: MemoryDatabase,
  clusterId: ClusterId,
  applications: readonly ApplicationStatus[],
  rollouts: Set<string>,
): number {
  const { assignments, statuses } = database;
  const said = new Map(applications.map((status) => [status.application, status]));
  for (const { application } of statuses.of(clusterId)) if (!said.has(application)) statuses.delete(`${clusterId} ${application}`);
  let unknown = 0;
  for (const status of said.values()) {
    const key = `${clusterId} ${status.application}`;
    const assignment = assignments.get(key);
    if (assignment === undefined || status.generation > assignment.generation) {
      unknown += 1;
      continue;
    }
    const before = statuses.get(key);
    const isChanged = before === undefined || wordsOf(before) !== wordsOf(status);
    const turns = (before?.refusal === undefined) !== (refusalOf(status) === undefined);
    const isAnswer = answer(database, key, assignment, status);
    const after = statusRow(clusterId, status, before, database.now());
    if (isChanged || isReworded(before, after)) statuses.put(key, after);
    if (isChanged || turns || isAnswer) for (const id of rolloutsOf(database, clusterId, status.application)) rollouts.add(id);
  }
  return unknown;
}

type Words = Pick<ApplicationStatus, "generation" | "bundle" | "sync" | "health"> & { readonly reason?: string | undefined };
const wordsOf = ({ generation, bundle, sync, health, reason = "" }: Words): string => `${generation} ${bundle} ${sync} ${health} ${reason}`;

const isReworded = (before: StatusRow, after: StatusRow): boolean =>
  before.wording !== after.wording || before.heldHash !== after.heldHash || before.lastDegradedAt !== after.lastDegradedAt;

/** An assignment is acknowledged by a status of its very generation and bundle, and proven once that status is Synced and Healthy. */
function answer({ assignments, now }: MemoryDatabase, key: string, row: AssignmentRow, status: ApplicationStatus): boolean {
  const { generation, bundle, sync, health } = status;
  if (row.generation !== generation || row.content.bundle !== bundle) return false;
  const proves = sync === "Synced" && health === "Healthy";
  if (row.acknowledgedAt !== undefined && (row.provenAt !== undefined || !proves)) return false;
  assignments.put(key, { ...row, acknowledgedAt: row.acknowledgedAt ?? now(), provenAt: proves ? (row.provenAt ?? now()) : row.provenAt });
  return true;
}

function statusRow(clusterId: ClusterId, status: ApplicationStatus, before: StatusRow | undefined, now: Instant): StatusRow {
  const { application, generation, bundle, sync, health, reason, held, message, failing, objects, drifted } = status;
  const same = before?.generation === generation ? before : undefined;
  const sameContent = same?.bundle === bundle ? same : undefined;
  const refusal = refusalOf(status);
  const isDegraded = health === "Degraded";
  const reported = reportedTime(status.lastDegradedAt, now);
  const latched = reported === undefined ? undefined : parseInstant(reported);
  return {
    clusterId,
    application,
    generation,
    bundle: bundle as Digest,
    sync,
    health,
    reason,
    wording: JSON.stringify([message, failing, objects, drifted, held?.objects]),
    heldHash: held?.hash as Digest | undefined,
    degradedSince: isDegraded ? (same?.degradedSince ?? now) : undefined,
    refusal: refusal && { ...refusal, since: sameContent?.refusal?.since ?? now },
    lastDegradedAt: latched ?? (isDegraded ? now : same?.lastDegradedAt),
    reportedAt: now,
  };
}

const rolloutsOf = ({ rollouts, targets }: MemoryDatabase, clusterId: ClusterId, application: string): readonly string[] =>
  [...rollouts.all()].flatMap(({ id, application: of, phase }) =>
    of === application && isActive(phase) && targets.get(`${id} ${clusterId}`) !== undefined ? [id] : [],
  );
