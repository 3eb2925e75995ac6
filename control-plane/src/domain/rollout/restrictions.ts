import type { Instant } from "@drover/kit";

/** A window that keeps new revisions out now. */
export interface ClosedWindow {
  readonly scope: "organisation" | "project" | "environment" | "cluster";
  /** The name of the project, environment or cluster; empty for the organisation. */
  readonly owner: string;
  readonly kind: "allow" | "deny";
  readonly schedule: string;
  readonly timeZone: string;
  /** What began while it was open may be brought to its end. */
  readonly overrun: boolean;
  readonly opensAt: Instant | undefined;
}

/** What keeps a place's rollouts from dispatching, as of now. It is read at every plan and never frozen with a strategy. */
export interface Restrictions {
  /** The fleet-wide emergency stop. Nothing passes it. */
  readonly stopped: { readonly actor: string; readonly reason: string; readonly since: Instant } | undefined;
  readonly freeze: { readonly name: string; readonly reason: string; readonly until: Instant | undefined } | undefined;
  readonly window: ClosedWindow | undefined;
  /** Somebody set freezes and windows aside, for a while and with a reason. */
  readonly breakGlass: { readonly id: string; readonly actor: string; readonly reason: string; readonly expiresAt: Instant } | undefined;
  /** When any of this changes by itself. */
  readonly changesAt: Instant | undefined;
}

export const noRestrictions: Restrictions = {
  stopped: undefined,
  freeze: undefined,
  window: undefined,
  breakGlass: undefined,
  changesAt: undefined,
};
