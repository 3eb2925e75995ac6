import type { RolloutGate } from "@drover/proto/rest";

export type GateVerb = "approve" | "reject" | "override";

/** Why a gate cannot be decided so at present, whoever asks; undefined when it can. */
export function whyNotDecide(
  verb: GateVerb,
  { type, state, approvals, attempt }: RolloutGate,
  actor: string | undefined,
): string | undefined {
  if (verb === "override") return state === "Passed" ? "it has passed already" : undefined;
  if (type !== "Approval") return `it is of type ${type}, which measures for itself`;
  if (state !== "Open") return `it has ${state.toLowerCase()}`;
  const hasSpoken = approvals.some((one) => one.attempt === attempt && one.subject === actor && one.decision === "Approve");
  return verb === "approve" && hasSpoken ? "you have approved it already, and count once" : undefined;
}
