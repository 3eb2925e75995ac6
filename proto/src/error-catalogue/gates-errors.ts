import { type ErrorEntries, entry } from "./entry.ts";

export const gatesErrors: ErrorEntries = {
  GATE_NOT_FOUND: entry(
    "not-found",
    "The rollout has opened no gate of this name.",
    "A mistyped name, or the rollout has not come to its wave yet.",
    "List with `drover rollout gates`.",
  ),
  GATE_AMBIGUOUS: entry("invalid", "Several waves have a gate of this name.", "Both are open, or failed.", "Name the wave with `--wave`."),
  GATE_NOT_OPEN: entry(
    "wrong-state",
    "The gate is decided already, or its rollout has ended.",
    "Somebody was quicker, or its time was over.",
    "Look with `drover rollout gates`; resuming a halted rollout asks its failed gates once more.",
  ),
  GATE_NOT_APPROVAL: entry(
    "wrong-state",
    "The gate does not ask people.",
    "It is of another type than Approval, and measures for itself.",
    "Wait for its measurements, or pass it over with `drover rollout override-gate`.",
  ),
  GATE_SELF_APPROVAL: entry(
    "forbidden",
    "The change is the caller's own.",
    "Who promoted or committed it wants to approve it; another token of the same subject is still the same person.",
    "Ask somebody else.",
  ),
  GATE_APPROVER_NOT_LISTED: entry(
    "forbidden",
    "The gate names who may decide, and the caller is not among them.",
    "Its `approvers` hold other roles or subjects.",
    "Ask one of those that the message lists.",
  ),
  GATE_APPROVED_ALREADY: entry(
    "exists",
    "The caller has approved the gate before.",
    "More approvals are needed, and one subject counts once.",
    "Ask somebody else to approve too.",
  ),
  GATE_UNREACHABLE: entry(
    "unavailable",
    "A gate's server did not answer.",
    "It is down, its name does not resolve, or its certificate is not trusted.",
    "Look at the gate's measurements; a server with its own authority needs `ca.crt` in the Secret that `credentialsRef` names.",
  ),
  GATE_EGRESS_REFUSED: entry(
    "forbidden",
    "A gate's server is at an address that gates may not call.",
    "Its name resolves to loopback, the link, the cloud's metadata, or a private address where those are refused.",
    "Correct the URL, or name `host:port` in DROVER_EGRESS_ALLOW.",
  ),
  GATE_CREDENTIALS_MISSING: entry(
    "unavailable",
    "The Secret that a gate names is not mounted.",
    "A mistyped `credentialsRef`, or a Secret without `token` and `ca.crt`.",
    "Mount it under DROVER_CREDENTIALS_DIR.",
  ),
  GATE_CHANGED: entry(
    "stale",
    "The gate was decided or measured by somebody else meanwhile.",
    "Two replicas or two people at once.",
    "Nothing; it is looked at again at once.",
  ),
};
