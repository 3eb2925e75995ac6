import { DroverError } from "@drover/kit";
import { judgeOrder, type Order, type Standing } from "../domain/rollout/control.ts";
import type { Phase } from "../domain/rollout/phase.ts";
import type { Caller } from "./caller.ts";

/** A change of phase that a person asked for. */
export interface PhaseChange {
  readonly event: "paused" | "resumed" | "aborted";
  readonly from: Phase;
  readonly to: Phase;
  readonly acceptFailures: number;
}

/** PostgreSQL implements this in adapters/pg. */
export interface RolloutControl {
  /** Undefined when there is no such rollout. */
  standing(id: string): Promise<(Standing & { readonly version: number }) | undefined>;
  /**
   * Phase, transition, event, audit row and a look at the rollout, in one transaction. Without a change only the audit row is written.
   * Throws `stale` ROLLOUT_CHANGED when the version has moved.
   */
  commit(
    id: string,
    version: number,
    change: PhaseChange | undefined,
    by: { readonly caller: Caller; readonly order: Order; readonly reason: string },
  ): Promise<void>;
}

export interface RolloutCommands {
  pauseRollout(caller: Caller, rolloutId: string, request: { readonly reason: string }): Promise<void>;
  resumeRollout(caller: Caller, rolloutId: string, request: { readonly reason: string; readonly acceptFailures?: number }): Promise<void>;
  abortRollout(caller: Caller, rolloutId: string, request: { readonly reason: string }): Promise<void>;
}

/** Planners change a busy rollout many times a second; a person's word gets through between them. */
const maxAttempts = 20;

/** Pause, resume, abort. Asking for what is so already succeeds and changes nothing. */
export function createRolloutCommands({ control }: { readonly control: RolloutControl }): RolloutCommands {
  const carryOut = async (caller: Caller, id: string, order: Order, reason: string): Promise<void> => {
    for (let attempt = 1; ; attempt += 1) {
      const standing = await control.standing(id);
      if (standing === undefined)
        throw new DroverError(
          "not-found",
          "ROLLOUT_NOT_FOUND",
          `${order.kind} rollout ${id}: there is none; list them with \`drover get rollouts\``,
        );
      const ruling = judgeOrder(order, standing);
      if (ruling.kind === "refused") throw new DroverError("wrong-state", ruling.code, `${order.kind} rollout ${id}: ${ruling.message}`);
      const acceptFailures = order.kind === "resume" ? order.acceptFailures : 0;
      const change = ruling.kind === "move" ? { event: ruling.event, from: standing.phase, to: ruling.to, acceptFailures } : undefined;
      try {
        return await control.commit(id, standing.version, change, { caller, order, reason });
      } catch (error) {
        if (attempt === maxAttempts || !(error instanceof DroverError && error.code === "ROLLOUT_CHANGED")) throw error;
      }
    }
  };
  return {
    pauseRollout: (caller, id, { reason }) => carryOut(caller, id, { kind: "pause" }, reason),
    resumeRollout: (caller, id, { reason, acceptFailures = 0 }) => carryOut(caller, id, { kind: "resume", acceptFailures }, reason),
    abortRollout: (caller, id, { reason }) => carryOut(caller, id, { kind: "abort" }, reason),
  };
}
