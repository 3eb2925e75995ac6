import { plural } from "@drover/kit";
import { nextPhase, type Phase } from "./phase.ts";
import type { TargetState } from "./target.ts";

/** What a person asks of a rollout. */
export type Order =
  | { readonly kind: "pause" }
  | { readonly kind: "resume"; readonly acceptFailures: number }
  | { readonly kind: "abort" }
  /** Leaves one cluster out of this rollout. */
  | { readonly kind: "skipCluster"; readonly cluster: string }
  /** Leaves out what waits in a wave, and lets its gates and its soak pass. */
  | { readonly kind: "skipWave"; readonly wave: number }
  /** One cluster, or all that failed; of an aborted rollout, whatever it had left to do. */
  | { readonly kind: "retry"; readonly cluster: string | undefined };

export interface Standing {
  readonly phase: Phase;
  readonly failed: number;
  /** Failures tolerated as of now, accepted ones included. */
  readonly maxFailures: number;
  readonly skippedWaves: readonly number[];
  /** The part in the rollout of the cluster that the order names; undefined where it has none. */
  readonly named: TargetState | undefined;
  /** The newest rollout that has begun in its place since. */
  readonly newer: string | undefined;
}

export type PhaseEvent = "paused" | "resumed" | "aborted" | "takenUp";

export type Ruling =
  /** Whatever the order changes in targets and waves comes with it. */
  | { readonly kind: "carry out"; readonly move: { readonly event: PhaseEvent; readonly to: Phase } | undefined }
  /** It is so already; asking twice is asking once. */
  | { readonly kind: "settled" }
  | { readonly kind: "refused"; readonly code: string; readonly message: string };

export function judgeOrder(order: Order, standing: Standing): Ruling {
  switch (order.kind) {
    case "pause":
      return judgeMove(standing, "paused", ["Paused"], "paused");
    case "abort":
      return judgeMove(standing, "aborted", ["Aborted"], "aborted");
    case "resume":
      return judgeResume(order.acceptFailures, standing);
    case "skipCluster":
      return judgeSkip(order.cluster, standing);
    case "skipWave":
      if (standing.skippedWaves.includes(order.wave)) return settled;
      return isUnderWay(standing) ? carryOut : wrongPhase(standing, "a wave can be skipped in it no more");
    case "retry":
      return judgeRetry(order.cluster, standing);
  }
}

const settled: Ruling = { kind: "settled" };
const carryOut: Ruling = { kind: "carry out", move: undefined };
const refused = (code: string, message: string): Ruling => ({ kind: "refused", code, message });
const wrongPhase = ({ phase }: Standing, what: string): Ruling => refused("ROLLOUT_WRONG_PHASE", `it is ${phase} and ${what}`);
const wrongCluster = (message: string): Ruling => refused("ROLLOUT_TARGET_STATE", message);

function judgeMove({ phase }: Standing, event: PhaseEvent, already: readonly Phase[], word: string): Ruling {
  if (already.includes(phase)) return settled;
  const to = nextPhase(phase, event);
  return to === undefined
    ? refused("ROLLOUT_WRONG_PHASE", `it is ${phase} and cannot be ${word}`)
    : { kind: "carry out", move: { event, to } };
}

function judgeResume(acceptFailures: number, standing: Standing): Ruling {
  const { phase, failed, maxFailures } = standing;
  if (phase === "Aborted" && standing.newer === undefined)
    return wrongPhase(standing, "cannot be resumed; `drover rollout retry` takes it up where it stopped");
  const ruling = judgeMove(standing, "resumed", ["Running", "Pending"], "resumed");
  // Whoever accepts failures believes that something halted; to say "done" would have them think the budget was raised.
  if (ruling.kind === "settled" && acceptFailures > 0)
    return wrongPhase(standing, "no failures were accepted: that is asked where more failed than may, and the rollout is Halted");
  const missing = failed - maxFailures;
  if (ruling.kind === "carry out" && phase === "Halted" && acceptFailures < missing)
    return refused(
      "ROLLOUT_BUDGET_SPENT",
      `${plural(failed, "cluster")} failed and ${maxFailures} may; resume it with acceptFailures ${missing} or more, retry them, or roll back`,
    );
  return ruling;
}

function judgeSkip(cluster: string, standing: Standing): Ruling {
  switch (standing.named) {
    case "skipped":
      return settled;
    case "waiting":
    case "offline":
      return isUnderWay(standing) ? carryOut : wrongPhase(standing, "no cluster can be skipped in it any more");
    case "failed":
      return wrongCluster(`cluster ${cluster} failed: retry it, or resume the rollout with acceptFailures`);
    case "inFlight":
    case "succeeded":
    case "unchanged":
      return wrongCluster(`cluster ${cluster} has the release already; roll it back to take it away`);
    case "left":
    case undefined:
      return wrongCluster(`cluster ${cluster} is none of this rollout's; \`drover rollout status\` lists them`);
  }
}

/** What goes on again when the failures that are left are within the budget. */
function judgeRetry(cluster: string | undefined, standing: Standing): Ruling {
  const { phase, failed, maxFailures, named } = standing;
  if (phase === "Aborted") return judgeTakingUp(cluster, standing);
  if (cluster !== undefined && (named === "waiting" || named === "inFlight")) return settled;
  if (cluster !== undefined && named !== "failed" && named !== "skipped")
    return wrongCluster(`cluster ${cluster} neither failed nor was skipped; \`drover rollout status\` shows which did`);
  if (!isUnderWay(standing)) return wrongPhase(standing, "nothing of it can be tried again; promote another revision, or roll back");
  const left = cluster === undefined ? 0 : named === "failed" ? failed - 1 : failed;
  const goesOn = phase === "Halted" && left <= maxFailures;
  if (cluster === undefined && failed === 0) return settled;
  return { kind: "carry out", move: goesOn ? { event: "resumed", to: "Running" } : undefined };
}

/** Where nothing newer has begun, the clusters of an aborted rollout are as it left them. */
function judgeTakingUp(cluster: string | undefined, standing: Standing): Ruling {
  const { newer } = standing;
  if (newer !== undefined)
    return wrongPhase(standing, `rollout ${newer} has begun there since: look at that one, or promote the revision that is to run`);
  if (cluster !== undefined)
    return wrongPhase(standing, "no single cluster of it can be tried again; without --cluster it is taken up where it stopped");
  return judgeMove(standing, "takenUp", [], "taken up");
}

const underWay: ReadonlySet<Phase> = new Set(["Pending", "Running", "Paused", "Halted"]);
const isUnderWay = ({ phase }: Standing): boolean => underWay.has(phase);
