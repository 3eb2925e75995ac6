/** Who wants to decide, as authentication found him. */
export interface Approver {
  /** `users/<subject>` */
  readonly actor: string;
  readonly role: string;
}

export type ApproverRuling =
  | { readonly kind: "allowed" }
  | { readonly kind: "refused"; readonly code: "GATE_SELF_APPROVAL" | "GATE_APPROVER_NOT_LISTED"; readonly message: string };

/**
 * Nobody approves a change of his own, whichever of his tokens he takes: subjects are compared. Rejecting one's own change is as good as
 * aborting it, so that is allowed.
 */
export function judgeApprover(
  approver: Approver,
  decision: "approve" | "reject",
  { approvers, initiator }: { readonly approvers: readonly string[]; readonly initiator: string },
): ApproverRuling {
  if (decision === "approve" && isSame(approver.actor, initiator))
    return {
      kind: "refused",
      code: "GATE_SELF_APPROVAL",
      message: `the change is ${approver.actor}'s own: somebody else has to approve it`,
    };
  if (approvers.length > 0 && !approvers.includes(approver.role) && !approvers.includes(approver.actor))
    return {
      kind: "refused",
      code: "GATE_APPROVER_NOT_LISTED",
      message: `${approver.actor} (${approver.role}) is none of its approvers: ${approvers.join(", ")}`,
    };
  return { kind: "allowed" };
}

/** A commit by a person names its author, by an address that may be the subject of a token. */
function isSame(actor: string, initiator: string): boolean {
  if (actor === initiator) return true;
  const author = initiator.startsWith("git/") ? initiator.slice("git/".length) : undefined;
  if (author === undefined) return false;
  const address = /<([^<>]*)>\s*$/.exec(author)?.[1] ?? author;
  return [author, address].some((name) => `users/${name}`.toLowerCase() === actor.toLowerCase());
}
