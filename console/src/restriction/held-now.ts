import type { Reason, Rollout } from "@drover/proto/rest";

/** A rollout that somebody's rule keeps from going on, not its own waves. */
export interface HeldRollout {
  readonly rollout: Rollout;
  readonly hold: Reason;
}

const restrictions: ReadonlySet<string> = new Set(["Stopped", "Frozen", "OutsideWindow"]);

export const heldNow = (rollouts: readonly Rollout[]): readonly HeldRollout[] =>
  rollouts.flatMap((rollout) => rollout.holds.filter(({ kind }) => restrictions.has(kind)).map((hold) => ({ rollout, hold })));
