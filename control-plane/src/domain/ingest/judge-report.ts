import type { ErrorKind } from "@drover/kit";
import type { Digest, Report } from "@drover/proto/wire";

/** Where a report stands among all reports of its cluster. */
export interface ReportOrder {
  readonly enrolment: number;
  /** How often the agents' Lease had changed hands. Absent for agents that do not say it. */
  readonly leaseTransitions?: number | undefined;
  readonly boot: number;
  readonly seq: number;
}

/**
 * Negative when `a` comes before `b`. Who held the Lease later speaks later, whatever its other numbers are: the Secret with the boot counter may
 * be lost, and an agent that was paused may have raised it last.
 */
export const compareOrder = (a: ReportOrder, b: ReportOrder): number =>
  a.enrolment - b.enrolment || leaseOrder(a, b) || a.boot - b.boot || a.seq - b.seq;

const leaseOrder = ({ leaseTransitions: a }: ReportOrder, { leaseTransitions: b }: ReportOrder): number =>
  a === undefined || b === undefined ? 0 : a - b;

/** The newest report that was accepted of a cluster. */
export interface LastReport extends ReportOrder {
  /** Of its signed bytes. */
  readonly digest: Digest;
  readonly eventSeq: number;
  /** Nothing was accepted for longer than a living holder of the Lease is silent. */
  readonly isSilent: boolean;
}

export interface ReportedCluster {
  readonly state: "Pending" | "Enrolled" | "Revoked";
  readonly enrolment: number;
  readonly last: LastReport | undefined;
}

export type ReportVerdict =
  | { readonly kind: "accept"; /** Events up to here are stored. */ readonly eventSeq: number }
  /** The last accepted one once more: its answer was lost. */
  | { readonly kind: "repeat"; readonly eventSeq: number }
  | ReportRefusal;

export interface ReportRefusal {
  readonly kind: "refused";
  readonly errorKind: ErrorKind;
  readonly code: string;
  readonly message: string;
}

/** Whether a correctly signed report may replace what is known of its cluster. Nothing older or equal ever does. */
export function judgeReport(
  { state, enrolment, last }: ReportedCluster,
  cluster: string,
  report: Pick<Report, "cluster" | "enrolment" | "leaseTransitions" | "boot" | "seq">,
  digest: Digest,
): ReportVerdict {
  if (state !== "Enrolled")
    return refusal("forbidden", "CLUSTER_NOT_ENROLLED", `report: the cluster is ${state.toLowerCase()}; enrol it with a new token`);
  if (report.cluster !== cluster)
    return refusal("forbidden", "REPORT_FOREIGN", "report: it speaks of another cluster; an agent reports on its own subject only");
  if (report.enrolment !== enrolment)
    return refusal(
      "stale",
      "REPORT_ENROLMENT",
      `report: it belongs to enrolment ${report.enrolment}, the cluster has ${enrolment}; stop the agent with the older identity`,
    );
  if (last === undefined) return { kind: "accept", eventSeq: 0 };
  if (isLeaseLost(report, last)) return { kind: "accept", eventSeq: 0 };
  if (report.enrolment === last.enrolment && leaseOrder(report, last) < 0)
    return refusal(
      "stale",
      "REPORT_LEASE_LOST",
      `report: the agent's Lease has changed hands ${last.leaseTransitions} times, this one held it at ${report.leaseTransitions}; stop the agent that lost it`,
    );
  const order = compareOrder(report, last);
  if (order === 0 && digest === last.digest) return { kind: "repeat", eventSeq: last.eventSeq };
  if (order <= 0)
    return refusal(
      "stale",
      "REPORT_REPLAYED",
      `report: ${place(report)} is not newer than the accepted ${place(last)}; the boot counter must rise`,
    );
  // Agents number their events anew at each start.
  const sameBoot = report.enrolment === last.enrolment && leaseOrder(report, last) === 0 && report.boot === last.boot;
  return { kind: "accept", eventSeq: sameBoot ? last.eventSeq : 0 };
}

/**
 * A Lease that was deleted counts from one again. An agent that started later is then believed, once the one before it has fallen silent: of two
 * that both report, the one that held the Lease later wins.
 */
const isLeaseLost = (report: Omit<ReportOrder, "seq">, last: LastReport): boolean =>
  report.enrolment === last.enrolment && leaseOrder({ seq: 0, ...report }, last) < 0 && report.boot > last.boot && last.isSilent;

const refusal = (errorKind: ErrorKind, code: string, message: string): ReportRefusal => ({ kind: "refused", errorKind, code, message });

const place = ({ enrolment, boot, seq }: Omit<ReportOrder, "leaseTransitions">): string => `(${enrolment}, ${boot}, ${seq})`;
