import { type Instant, parseInstant } from "@drover/kit";
import type { Freeze } from "@drover/proto/fleet";
import { earliest } from "./judge-windows.ts";

/** Whom a freeze may concern. */
export interface FreezePlace {
  readonly project: string;
  readonly environment: string;
  readonly application: string;
}

export interface NamedFreeze {
  readonly name: string;
  readonly form: Freeze;
}

export interface FreezeVerdict {
  /** Undefined while none holds; of several the one that lasts longest. */
  readonly freeze: { readonly name: string; readonly reason: string; readonly until: Instant | undefined } | undefined;
  /** Until then the verdict stays; undefined when it never changes by itself. */
  readonly changesAt: Instant | undefined;
}

/** A freeze holds from `from` until just before `until`, of what stands in each of its lists. */
export function judgeFreezes(freezes: readonly NamedFreeze[], place: FreezePlace, now: Instant): FreezeVerdict {
  const concerning = freezes.filter(({ form }) => concerns(form, place)).map(withTimes);
  const holding = concerning.filter(({ from, until }) => from <= now && (until === undefined || now < until));
  const [longest] = holding.toSorted((a, b) => (b.until ?? endless) - (a.until ?? endless) || (a.name < b.name ? -1 : 1));
  const ahead = concerning.flatMap(({ from, until }) => [from, until]).filter((at) => at !== undefined && at > now);
  return {
    freeze: longest && { name: longest.name, reason: longest.reason, until: longest.until },
    changesAt: earliest(ahead as readonly Instant[]),
  };
}

/** Subtracts from itself to 0, as Infinity does not. */
const endless = Number.MAX_SAFE_INTEGER;

const concerns = ({ projects, environments, applications }: Freeze, place: FreezePlace): boolean =>
  lists(projects, place.project) && lists(environments, place.environment) && lists(applications, place.application);

/** No list is every name. */
const lists = (names: readonly string[] | undefined, name: string): boolean => names === undefined || names.includes(name);

const withTimes = ({ name, form: { reason, from, until } }: NamedFreeze) => ({
  name,
  reason,
  from: (from === undefined ? undefined : parseInstant(from)) ?? (Number.NEGATIVE_INFINITY as Instant),
  until: until === undefined ? undefined : parseInstant(until),
});
