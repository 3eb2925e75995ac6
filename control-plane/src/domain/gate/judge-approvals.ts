import { formatAge, type Instant, later } from "@drover/kit";
import type { GateNews } from "./verdict.ts";

/** One subject's word on a gate. */
export interface Approval {
  readonly subject: string;
  readonly role: string;
  readonly decision: "approve" | "reject";
  readonly reason: string;
  readonly at: Instant;
}

interface ApprovalGate {
  readonly required: number;
  /** Of the whole wait. */
  readonly timeoutMs: number | undefined;
  readonly openedAt: Instant;
}

/** One rejection ends it. A subject counts once, however often it is named. */
export function judgeApprovals({ required, timeoutMs, openedAt }: ApprovalGate, approvals: readonly Approval[], now: Instant): GateNews {
  const rejected = approvals.find(({ decision }) => decision === "reject");
  if (rejected !== undefined) return { kind: "Failed", because: `${rejected.subject} rejected it: ${rejected.reason}` };
  const subjects = [...new Set(approvals.map(({ subject }) => subject))].sort();
  const by = subjects.length === 0 ? "" : ` (${subjects.join(", ")})`;
  if (subjects.length >= required) return { kind: "Passed", because: `approved by ${subjects.join(", ")}` };
  const because = `${subjects.length} of ${required} approvals${by}`;
  if (timeoutMs === undefined) return { kind: "Wait", because, until: undefined };
  const until = later(openedAt, timeoutMs);
  return until > now
    ? { kind: "Wait", because, until }
    : { kind: "Failed", because: `${because} when its time of ${formatAge(timeoutMs)} was over` };
}
