import { type Instant, later, parseDuration } from "@drover/kit";
import type { AutoPromotion, Pin, Project } from "@drover/proto/fleet";

/** A revision whose rollout completed in the environment that a rule promotes from. */
export interface Completed {
  readonly revision: string;
  readonly finishedAt: Instant;
  /** When it first completed there: one that came back is older than what it took the place of. */
  readonly firstAt: Instant;
}

/** The environment that a rule promotes from, of one application. */
export interface Upstream {
  /** The newest that completed there. */
  readonly completed: Completed | undefined;
  /** When what is pinned further down first completed there; undefined when it never did. */
  readonly pinnedFirstAt: Instant | undefined;
  /** An earlier revision that it is on its way back to. */
  readonly returnsTo: string | undefined;
}

/** An application in an environment, with everything that decides whether it follows another one. */
export interface AutoPromotionFacts extends Upstream {
  readonly application: string;
  readonly environment: string;
  /** Undefined where no rule promotes to this place. */
  readonly rule: AutoPromotion | undefined;
  /** As it stands in git; undefined where there is none. */
  readonly pin: Pin | undefined;
  /** Follows its source's head while it has no pin. */
  readonly isTracked: boolean;
  /** Why nobody may roll out what completed. */
  readonly quarantined: { readonly reason: string } | undefined;
  readonly freeze: { readonly name: string; readonly reason: string; readonly until: Instant | undefined } | undefined;
}

export type AutoPromotionHold =
  | { readonly kind: "ManualPin"; readonly revision: string; readonly pinned: string }
  | { readonly kind: "Soaking"; readonly revision: string; readonly until: Instant }
  | { readonly kind: "Quarantined"; readonly revision: string; readonly reason: string }
  | {
      readonly kind: "Frozen";
      readonly revision: string;
      readonly freeze: string;
      readonly reason: string;
      readonly until: Instant | undefined;
    }
  /** Upstream went back, or is on its way back, to an earlier revision: going back is a person's decision here. */
  | { readonly kind: "UpstreamWentBack"; readonly revision: string }
  | { readonly kind: "Tracks" };

export type AutoPromotionPlan =
  /** No rule, nothing completed upstream, or it is there already. */
  | { readonly kind: "nothing" }
  | { readonly kind: "hold"; readonly from: string; readonly because: AutoPromotionHold }
  | { readonly kind: "promote"; readonly from: string; readonly revision: string; readonly reason: string };

/** The rule that promotes an application to an environment. A project's file has at most one of them for each. */
export const ruleFor = (project: Project | undefined, application: string, environment: string): AutoPromotion | undefined =>
  project?.autoPromotion?.find(
    ({ to, applications }) => to === environment && (applications === undefined || applications.includes(application)),
  );

/** Promotes what soaked upstream, forward alone, and never against a person: neither their pin, nor a quarantine, nor a freeze. */
export function planAutoPromotion(facts: AutoPromotionFacts, now: Instant): AutoPromotionPlan {
  const { rule, completed, pin } = facts;
  if (rule === undefined || completed === undefined || isPinned(pin, completed.revision)) return { kind: "nothing" };
  const because = heldBy(facts, rule, completed, now);
  if (because !== undefined) return { kind: "hold", from: rule.from, because };
  const reason = `it completed in ${rule.from} and soaked there for ${rule.soakTime}`;
  return { kind: "promote", from: rule.from, revision: completed.revision, reason };
}

const shortestId = 7;

/** Also where a person pinned a short id. */
const isPinned = (pin: Pin | undefined, revision: string): boolean =>
  pin?.revision !== undefined && (pin.revision === revision || (pin.revision.length >= shortestId && revision.startsWith(pin.revision)));

/** The most lasting reason first: whoever reads it should not wait for a soak that leads to nothing. */
function heldBy(facts: AutoPromotionFacts, rule: AutoPromotion, completed: Completed, now: Instant): AutoPromotionHold | undefined {
  const { pin, isTracked, pinnedFirstAt, returnsTo, quarantined, freeze } = facts;
  const { revision } = completed;
  if (quarantined !== undefined) return { kind: "Quarantined", revision, reason: quarantined.reason };
  if (pin?.revision === undefined && isTracked) return { kind: "Tracks" };
  if (pin?.revision !== undefined && pin.promotion !== "Automatic") return { kind: "ManualPin", revision, pinned: pin.revision };
  if (returnsTo !== undefined) return { kind: "UpstreamWentBack", revision: returnsTo };
  if (pin?.revision !== undefined && pinnedFirstAt !== undefined && completed.firstAt < pinnedFirstAt)
    return { kind: "UpstreamWentBack", revision };
  const until = later(completed.finishedAt, parseDuration(rule.soakTime));
  if (until > now) return { kind: "Soaking", revision, until };
  return freeze && { kind: "Frozen", revision, freeze: freeze.name, reason: freeze.reason, until: freeze.until };
}
