import { formatAge, type Instant, later } from "@drover/kit";

/** A gate's Job on one cluster, as rows have it. */
export interface JobOnCluster {
  readonly clusterName: string;
  /** `Wanted`: its agent has not answered. */
  readonly state: "Wanted" | "Running" | "Succeeded" | "Failed" | "Refused" | "Withdrawn";
  readonly message: string;
  /** False once the cluster was assigned something else: nobody runs it any more. */
  readonly isCurrent: boolean;
  readonly wantedAt: Instant;
}

export type JobsVerdict =
  | { readonly kind: "Measured"; readonly ok: boolean; readonly message: string }
  | { readonly kind: "Wait"; readonly because: string; readonly until: Instant | undefined };

/** One measurement of a Job gate: it has succeeded when the Job has on every cluster that was asked, and failed with the first that cannot. */
export function judgeJobs(jobs: readonly JobOnCluster[], timeoutMs: number | undefined, now: Instant): JobsVerdict {
  if (jobs.length === 0) return failed("no cluster of the wave has the application, so its Job can run nowhere");
  for (const job of jobs) {
    const trouble = troubleOf(job);
    if (trouble !== undefined) return failed(`on ${job.clusterName} ${trouble}`);
  }
  const [first, ...others] = jobs.filter(({ state }) => state !== "Succeeded");
  if (first === undefined) return { kind: "Measured", ok: true, message: `its Job succeeded on ${namesOf(jobs)}` };
  const until = timeoutMs === undefined ? undefined : later(first.wantedAt, timeoutMs);
  if (timeoutMs !== undefined && until !== undefined && until <= now) return failed(lateness(first, timeoutMs));
  const open = [first, ...others];
  const because = `its Job succeeded on ${jobs.length - open.length} of ${jobs.length} clusters; ${open.map(standing).join(", ")}`;
  return { kind: "Wait", because, until };
}

const failed = (message: string): JobsVerdict => ({ kind: "Measured", ok: false, message });

function troubleOf({ state, message, isCurrent }: JobOnCluster): string | undefined {
  if (state === "Failed") return `its Job failed: ${message}`;
  if (state === "Refused") return `its Job may not run: ${message}`;
  if (state === "Withdrawn") return "its Job was given up";
  return isCurrent || state === "Succeeded" ? undefined : "another revision took the place of the one that its Job was to judge";
}

function lateness({ clusterName, state, message }: JobOnCluster, timeoutMs: number): string {
  const within = formatAge(timeoutMs);
  return state === "Wanted"
    ? `on ${clusterName} its Job did not begin within ${within}: the agent is offline, in maintenance, or of a version that knows no Jobs`
    : `on ${clusterName} its Job did not end within ${within}${message === "" ? "" : `: ${message}`}`;
}

const standing = ({ clusterName, state, message }: JobOnCluster): string =>
  `${clusterName} ${state === "Wanted" ? "has not begun" : message === "" ? "runs" : `runs (${message})`}`;

const namesOf = (jobs: readonly JobOnCluster[]): string => jobs.map(({ clusterName }) => clusterName).join(", ");
