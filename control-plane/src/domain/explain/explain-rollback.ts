import { shortRevision } from "@drover/kit";
import type { RolloutFacts } from "./explain-rollout.ts";
import type { Link } from "./link.ts";

/** What a rollback left behind: nobody may roll it out. */
export interface QuarantineFacts {
  /** As `drover quarantine lift` takes it: a revision, or of contents an id. */
  readonly name: string;
  readonly kind: "Revision" | "Content";
  /** Why the commit that says so could not be made yet. */
  readonly problem: { readonly code: string; readonly message: string } | undefined;
}

/** Of a rollback: whom it takes back. */
export function explainTakingBack({ id, phase, rollsBack }: RolloutFacts): readonly Link[] {
  if (rollsBack === undefined) return [];
  const { revision, reason } = rollsBack;
  const word = phase === "Completed" ? "took" : "takes";
  return [
    {
      kind: "Rollback",
      subject: `rollouts/${id}`,
      message: `it ${word} back revision ${shortRevision(revision)}: ${reason}`,
      numbers: { rollsBack: rollsBack.id, revision },
    },
  ];
}

/** Of a rollout that is being taken back, or was. */
export function explainTakenBack({ id, phase, revision, rollback }: RolloutFacts): Link {
  const reason = rollback?.rollsBack?.reason;
  const why = reason === undefined ? "" : `: ${reason}`;
  const by = rollback === undefined ? "" : ` by rollout ${rollback.id}`;
  const message = phase === "RolledBack" ? `it was taken back${by}${why}` : `it is being taken back${by}${why}`;
  return {
    kind: phase,
    subject: `rollouts/${id}`,
    message,
    numbers: { revision, ...(rollback === undefined ? {} : { rollback: rollback.id }) },
  };
}

export function explainQuarantine({ application, environment, quarantine }: RolloutFacts): readonly Link[] {
  if (quarantine === undefined) return [];
  const { name, kind, problem } = quarantine;
  const what =
    kind === "Revision" ? `revision ${shortRevision(name)} of ${application}` : `what the files made of ${application} in ${environment}`;
  const links: Link[] = [
    {
      kind: "Quarantined",
      subject: `applications/${application}`,
      message: `${what} is quarantined until somebody lifts it`,
      numbers: { quarantine: name },
      action: `drover quarantine lift ${application} ${shortRevision(name)} --reason TEXT`,
    },
  ];
  if (problem !== undefined)
    links.push({
      kind: "QuarantineNotCommitted",
      subject: `applications/${application}`,
      message: `git does not say so yet, and it is tried again: ${problem.message}`,
      numbers: { code: problem.code },
    });
  return links;
}
