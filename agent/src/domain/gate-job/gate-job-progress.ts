import type { JobStatus } from "@drover/proto/wire";
import { assess } from "../health/assess.ts";
import { explainByPods } from "../health/pods.ts";
import type { Manifest } from "../manifest.ts";

export type GateJobProgress = Pick<JobStatus, "state" | "message">;

/** How far a Job is, from itself and its pods; a Job alone tells neither which image cannot be pulled nor how a container ended. */
export function gateJobProgress(job: Manifest, pods: readonly Manifest[]): GateJobProgress {
  const assessment = assess(job);
  if (assessment.health === "Healthy") return { state: "Succeeded", message: "" };
  const explained = explainByPods(assessment, pods);
  if (assessment.health !== "Degraded") return { state: "Running", message: wordsOf(explained) };
  // The Job's own deadline is the cause of whatever its pods then say.
  const isLate = assessment.reason === "DeadlineExceeded";
  return { state: "Failed", message: isLate ? wordsOf(assessment) : wordsOf(explained) };
}

const wordsOf = ({ container, reason, message }: ReturnType<typeof assess>): string =>
  [container === undefined ? "" : `container ${container}`, reason, message].filter((part) => part !== undefined && part !== "").join(": ");
