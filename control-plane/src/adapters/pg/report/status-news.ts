import { hash } from "node:crypto";
import type { ClusterId, Instant } from "@drover/kit";
import type { ApplicationStatus } from "@drover/proto/wire";
import { reportedTime } from "../../../domain/ingest/reported-time.ts";
import { refusalOf } from "../../../domain/rollout/refusal.ts";
import type { Db } from "../database.ts";
import type { NewerReport } from "./advance-clusters.ts";

/** A status as the row that it goes to. */
export interface ReportedStatus extends Omit<ApplicationStatus, "held" | "lastDegradedAt"> {
  readonly cluster_id: ClusterId;
  readonly enrolment: number;
  readonly boot: number;
  readonly seq: number;
  readonly lastDegradedAt: string | undefined;
  readonly held_hash: string | undefined;
  readonly held_objects: number | undefined;
  /** The cluster says no to an object of this very generation. */
  readonly refuses: boolean;
  /** All of its cluster's are here. */
  readonly whole: boolean;
}

/** What reports say that is not stored already. */
export interface StatusNews {
  /** In order of clusters and applications: every writer takes these locks so. */
  readonly statuses: readonly ReportedStatus[];
  /** Clusters of which every status is among them: what is not named is gone, what is named need not be new. */
  readonly whole: readonly ClusterId[];
  /** To be kept once these statuses are stored. */
  readonly fingerprints: ReadonlyMap<ClusterId, string>;
}

/**
 * Compares reports with the fingerprints of what is stored. Most say the same again of all or nearly all applications, and what is said
 * again costs PostgreSQL nothing. All is passed on where nothing is known, the agent has started anew, or its applications or their
 * assignments are others than before.
 */
export function findNews(newer: readonly NewerReport[], now: Instant): StatusNews {
  const statuses: ReportedStatus[] = [];
  const whole: ClusterId[] = [];
  const fingerprints = new Map<ClusterId, string>();
  for (const report of newer) {
    const applications = byName(report.report.applications);
    const parts = fingerprintsOf(report, applications, now);
    const known = parts.join("");
    if (known === report.fingerprints) continue;
    const isComparable = report.fingerprints?.startsWith(parts[0]!) === true;
    const isNew = (index: number): boolean => !isComparable || !report.fingerprints.startsWith(parts[index + 1]!, (index + 1) * width);
    for (const [index, status] of applications.entries()) if (isNew(index)) statuses.push(rowOf(report, status, now, !isComparable));
    if (!isComparable) whole.push(report.clusterId);
    fingerprints.set(report.clusterId, known);
  }
  return { statuses, whole, fingerprints };
}

/** In order of their names; an application named twice counts with its last status. */
function byName(applications: readonly ApplicationStatus[]): readonly ApplicationStatus[] {
  if (applications.every(({ application }, index) => index === 0 || applications[index - 1]!.application < application))
    return applications;
  const last = new Map(applications.map((status) => [status.application, status]));
  return [...last.values()].sort((a, b) => (a.application < b.application ? -1 : 1));
}

/** Characters of a fingerprint: 66 bits. Who makes two statuses that share one hides nothing but its own news. */
const width = 11;

const fingerprint = (said: readonly unknown[]): string => hash("sha256", JSON.stringify(said), "base64url").slice(0, width);

/** The first one is of what makes the others comparable, then one of each application. Everything that is stored of a status is in its own. */
function fingerprintsOf(
  { report: { enrolment, boot }, envelope }: NewerReport,
  applications: readonly ApplicationStatus[],
  now: Instant,
): readonly string[] {
  return [
    fingerprint([enrolment, boot, envelope, ...applications.map(({ application }) => application)]),
    ...applications.map((status) =>
      fingerprint([
        status.generation,
        status.bundle,
        status.sync,
        status.health,
        status.reason,
        status.message,
        status.failing,
        status.objects,
        status.drifted,
        status.held?.hash,
        status.held?.objects,
        reportedTime(status.lastDegradedAt, now),
      ]),
    ),
  ];
}

const rowOf = (
  { report: { enrolment, boot, seq }, clusterId }: NewerReport,
  { held, lastDegradedAt, ...status }: ApplicationStatus,
  now: Instant,
  whole: boolean,
): ReportedStatus => ({
  ...status,
  cluster_id: clusterId,
  enrolment,
  boot,
  seq,
  lastDegradedAt: reportedTime(lastDegradedAt, now),
  held_hash: held?.hash,
  held_objects: held?.objects,
  refuses: refusalOf(status) !== undefined,
  whole,
});

/**
 * After the statuses, in the same transaction. A cluster that speaks of generations which were never assigned has not had all of its statuses
 * stored: nothing is known of it until it does.
 */
export async function keepFingerprints(tx: Db, { fingerprints }: StatusNews, incomplete: ReadonlySet<ClusterId>): Promise<void> {
  if (fingerprints.size === 0) return;
  await tx.query({
    name: "status-fingerprints-keep",
    text: `insert into status_fingerprints (cluster_id, fingerprints) select * from unnest($1::text[], $2::text[])
           on conflict (cluster_id) do update set fingerprints = excluded.fingerprints`,
    values: [[...fingerprints.keys()], [...fingerprints].map(([cluster, known]) => (incomplete.has(cluster) ? "" : known))],
  });
}
