import type { ErrorKind } from "@drover/kit";
import type { Digest, Report } from "@drover/proto/wire";

/** Where a report stands among all reports of its cluster. */
export interface ReportOrder {
  readonly enrolment: number;
  readonly boot: number;
  readonly seq: number;
}

/** Negative when `a` comes before `b`. */
export const compareOrder = (a: ReportOrder, b: ReportOrder): number => a.enrolment - b.enrolment || a.boot - b.boot || a.seq - b.seq;

/** The newest report that was accepted of a cluster. */
export interface LastReport extends ReportOrder {
  /** Of its signed bytes. */
  readonly digest: Digest;
  readonly eventSeq: number;
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
  report: Pick<Report, "cluster" | "enrolment" | "boot" | "seq">,
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
  const order = compareOrder(report, last);
  if (order === 0 && digest === last.digest) return { kind: "repeat", eventSeq: last.eventSeq };
  if (order <= 0)
    return refusal(
      "stale",
      "REPORT_REPLAYED",
      `report: ${place(report)} is not newer than the accepted ${place(last)}; the boot counter must rise`,
    );
  // Agents number their events anew at each start.
  const sameBoot = report.enrolment === last.enrolment && report.boot === last.boot;
  return { kind: "accept", eventSeq: sameBoot ? last.eventSeq : 0 };
}

const refusal = (errorKind: ErrorKind, code: string, message: string): ReportRefusal => ({ kind: "refused", errorKind, code, message });

const place = ({ enrolment, boot, seq }: ReportOrder): string => `(${enrolment}, ${boot}, ${seq})`;
