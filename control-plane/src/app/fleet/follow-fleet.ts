import { errorChain, later, spread, toDroverError } from "@drover/kit";
import type { Clock } from "@drover/kit/node";
import type { FleetProjector } from "./project-fleet.ts";
import type { Outcome } from "../work-queue.ts";

export interface FollowFleetDeps {
  readonly projector: FleetProjector;
  readonly clock: Clock;
  readonly pollMs: number;
  /** In [0, 1), so that replicas and repositories do not poll in step. */
  readonly random: () => number;
}

export const pollSpread = 0.2;

/** A repository that cannot be read now is looked at again this soon: nobody tells us when it can. */
const retryMs = 15_000;

/** The handler of the queue `fleet`: projects what is new, and looks again after a while even if nobody tells. */
export const createFleetFollower =
  ({ projector, clock, pollMs, random }: FollowFleetDeps): ((key: string, signal: AbortSignal) => Promise<Outcome>) =>
  async (_key, signal) => {
    const after = (ms: number) => later(clock.now(), spread(ms, pollSpread, random()));
    try {
      await projector.fetchAndProject(signal);
      return { kind: "recheck", at: after(pollMs) };
    } catch (error) {
      const { kind, code } = toDroverError(error);
      if (kind === "cancelled" || kind === "stale") throw error;
      return { kind: "failed", code, message: errorChain(error), retryAt: after(Math.min(retryMs, pollMs)) };
    }
  };
