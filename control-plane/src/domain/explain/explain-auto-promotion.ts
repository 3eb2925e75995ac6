import { rfc3339, shortRevision } from "@drover/kit";
import type { AutoPromotionHold, AutoPromotionPlan } from "../promotion/plan-auto-promotion.ts";
import type { Link } from "./link.ts";

/** Why what completed upstream is not promoted here by itself. */
export function explainAutoPromotion(application: string, environment: string, plan: AutoPromotionPlan): readonly Link[] {
  if (plan.kind !== "hold") return [];
  const { from, because } = plan;
  const link = {
    kind: because.kind === "Soaking" ? "AutoPromotionSoaking" : "AutoPromotionHeld",
    subject: `environments/${environment}/applications/${application}`,
  };
  return [{ ...link, ...explainHold(application, environment, from, because) }];
}

function explainHold(application: string, environment: string, from: string, because: AutoPromotionHold): Omit<Link, "kind" | "subject"> {
  switch (because.kind) {
    case "Soaking": {
      const { revision, until } = because;
      return {
        message: `${shortRevision(revision)} completed in ${from} and soaks there until ${rfc3339(until)}; then it is promoted to ${environment}`,
        numbers: { from, revision, until: rfc3339(until) },
        next: until,
        action: `promote it now: drover promote ${application} --to ${environment} --revision ${shortRevision(revision)}`,
      };
    }
    case "ManualPin": {
      const { revision, pinned } = because;
      return {
        message: `${shortRevision(revision)} completed in ${from}, but a person pinned ${shortRevision(pinned)} in ${environment}, and that holds auto-promotion`,
        numbers: { from, revision, pinned },
        action: `drover promotion resume-auto ${application} --environment ${environment} --reason TEXT`,
      };
    }
    case "Quarantined": {
      const { revision, reason } = because;
      return { message: `${shortRevision(revision)} completed in ${from}, but it is quarantined: ${reason}`, numbers: { from, revision } };
    }
    case "Frozen": {
      const { revision, freeze, reason, until } = because;
      const ends = until === undefined ? "" : ` until ${rfc3339(until)}`;
      return {
        message: `${shortRevision(revision)} completed in ${from}, but freeze ${freeze} holds ${environment}${ends}: ${reason}`,
        numbers: { from, revision, freeze },
        ...(until === undefined ? {} : { next: until }),
        action: `end the freeze in freezes/${freeze}.yaml, or promote by hand: drover promote ${application} --to ${environment} --revision ${shortRevision(revision)}`,
      };
    }
    case "UpstreamWentBack": {
      const { revision } = because;
      return {
        message: `${from} goes back to ${shortRevision(revision)}, and going back is a person's decision in ${environment}`,
        numbers: { from, revision },
        action: `drover rollback ${application} --environment ${environment}`,
      };
    }
    case "Tracks":
      return {
        message: `${environment} tracks the source, so auto-promotion from ${from} leaves it alone`,
        numbers: { from },
        action: `remove \`track\` from environments/${environment}.yaml, or the rule from the project`,
      };
  }
}
