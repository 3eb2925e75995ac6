import { type Instant, rfc3339, shortRevision } from "@drover/kit";
import { explainPlace, type PlaceFacts } from "./explain-place.ts";
import { explainRollout, type RolloutFacts } from "./explain-rollout.ts";
import { causedBy, kindOfCode, type Link } from "./link.ts";

/** Work that something waits for, as its queue has it. */
export interface WaitingWork {
  readonly dueAt: Instant | undefined;
  /** Failures in a row. */
  readonly attempts: number;
  readonly lastError: { readonly code: string; readonly message: string } | undefined;
}

/** A promotion or rollback that somebody asked for. */
export interface PromotionFacts {
  readonly id: string;
  readonly application: string;
  readonly environment: string;
  readonly revision: string;
  readonly state: "Pending" | "Committed" | "Failed";
  readonly error: { readonly code: string; readonly message: string } | undefined;
  readonly createdAt: Instant;
  readonly commit: string | undefined;
  readonly isProjected: boolean;
  /** Of the writer of commits while it is Pending, of the projection afterwards. */
  readonly work: WaitingWork | undefined;
  /** Those that its commit started at its place. */
  readonly rollouts: readonly RolloutFacts[];
  readonly place: PlaceFacts;
}

/** Why what was promoted is not everywhere yet: its commit, the projection of that, the place, the rollouts. */
export function explainPromotion(facts: PromotionFacts, now: Instant): readonly Link[] {
  const { state, commit, isProjected, rollouts, place, application, environment } = facts;
  const subject = `promotions/${facts.id}`;
  const numbers = { revision: facts.revision, since: rfc3339(facts.createdAt) };
  if (state === "Failed")
    return [
      {
        kind: "PromotionFailed",
        subject,
        message: `it will not be carried out: ${facts.error?.message ?? "it was given up"}`,
        numbers: { ...numbers, ...(facts.error === undefined ? {} : { code: facts.error.code }) },
        action: `drover promote ${application} --to ${environment} --revision ${shortRevision(facts.revision)}`,
      },
    ];
  if (state === "Pending")
    return [
      awaiting(facts, now, {
        kind: "AwaitingCommit",
        subject,
        message: `it was asked for at ${numbers.since}, and its commit is not in the fleet repository yet`,
        numbers,
      }),
    ];
  if (!isProjected)
    return [
      awaiting(facts, now, {
        kind: "AwaitingProjection",
        subject,
        message: `commit ${shortRevision(commit ?? "")} is in the fleet repository, and has not been read from there yet`,
        numbers,
      }),
    ];
  if (rollouts.length > 0) return rollouts.flatMap((rollout) => explainRollout(rollout, now));
  const nothing: Link = { kind: "NoRollout", subject, message: "its commit has started no rollout there", numbers };
  return [causedBy(nothing, explainPlace(place, now))];
}

/** What a worker will do, when it tries next, and what kept it from it the last time. */
function awaiting({ work }: PromotionFacts, now: Instant, link: Link): Link {
  const next = work?.dueAt ?? now;
  if (work?.lastError === undefined) return { ...link, next };
  const { code, message } = work.lastError;
  const cause: Link = {
    kind: kindOfCode(code),
    subject: "fleet",
    message: `the last attempt failed: ${message}`,
    numbers: { code, attempts: work.attempts },
    next,
    action: `look up ${code} in docs/reference/errors.md; it is tried again by itself`,
  };
  return causedBy({ ...link, next }, [cause]);
}
