import { type ErrorEntries, entry } from "./entry.ts";

export const promotionErrors: ErrorEntries = {
  REVISION_CHANGED: entry(
    "stale",
    "The pin is not at `expectedRevision`.",
    "Somebody else moved it meanwhile.",
    "Look again, then repeat with what is there.",
  ),
  REVISION_NOT_FOUND: entry(
    "not-found",
    "No commit, branch or tag has this name.",
    "A mistyped or unpushed revision.",
    "Push it, or correct it.",
  ),
  REVISION_QUARANTINED: entry(
    "shown",
    "The revision is quarantined.",
    "Somebody forbade it, or a rollout of it was rolled back.",
    "Pin another one, or lift it with `drover quarantine lift`.",
  ),
  CONTENT_QUARANTINED: entry(
    "shown",
    "What the files make of the revision was rolled back here.",
    "A change of values, of the application or of the environment failed on clusters.",
    "Revert the commit that the message names or correct the files; or lift it with `drover quarantine lift`.",
  ),
  NOT_COMPLETED_UPSTREAM: entry(
    "wrong-state",
    "The revision has not completed where it must first.",
    "`promotesFrom` names another environment.",
    "Promote it there first.",
  ),
  NOT_COMPLETED_HERE: entry(
    "wrong-state",
    "The revision never completed here.",
    "A rollback to something that never ran.",
    "Choose one that the message lists, or promote instead.",
  ),
  CLUSTER_NOT_IN_ENVIRONMENT: entry(
    "wrong-state",
    "The cluster is not in this environment.",
    "Its labels do not match.",
    "Name another environment, or relabel the cluster.",
  ),
};
