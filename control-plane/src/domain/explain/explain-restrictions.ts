import { rfc3339 } from "@drover/kit";
import type { Restrictions } from "../rollout/restrictions.ts";
import type { Link } from "./link.ts";

/** What concerns a place whether or not anything is on its way there: an exception that somebody made must never go unseen. */
export function explainRestrictions({ stopped, breakGlass, freeze, window }: Restrictions): readonly Link[] {
  const links: Link[] = [];
  if (stopped !== undefined)
    links.push({
      kind: "Stopped",
      subject: "fleet",
      message: `the whole fleet is stopped by ${stopped.actor} since ${rfc3339(stopped.since)}: ${stopped.reason}`,
      numbers: { by: stopped.actor, since: rfc3339(stopped.since) },
      action: "drover stop --release --reason TEXT",
    });
  if (breakGlass !== undefined) {
    const { id, actor, reason, expiresAt } = breakGlass;
    const aside = freeze === undefined && window === undefined ? "freezes and windows would be" : `${asideOf({ freeze, window })} is`;
    links.push({
      kind: "BreakGlass",
      subject: `break-glass/${id}`,
      message: `${actor} broke the glass: ${aside} set aside until ${rfc3339(expiresAt)}: ${reason}`,
      numbers: { by: actor, until: rfc3339(expiresAt) },
      next: expiresAt,
      action: `end it early: drover break-glass end ${id} --reason TEXT`,
    });
  }
  return links;
}

const asideOf = ({ freeze }: Pick<Restrictions, "freeze" | "window">): string =>
  freeze === undefined ? "a closed window" : `freeze ${freeze.name}`;
