import { DroverError } from "@drover/kit";
import type { IfMatch } from "../../domain/fleet/object-edit.ts";
import { judgeOrder, type Order, type PhaseEvent, type Standing } from "../../domain/rollout/control.ts";
import type { Phase } from "../../domain/rollout/phase.ts";
import type { Wave } from "../../domain/rollout/strategy.ts";
import type { Caller } from "../access/caller.ts";

/** A change of phase that a person asked for. */
export interface PhaseChange {
  readonly event: PhaseEvent;
  readonly from: Phase;
  readonly to: Phase;
}

/** A rollout as an order finds it. */
export interface ControlledRollout extends Standing {
  readonly version: number;
  readonly waves: readonly Pick<Wave, "name">[];
}

/** PostgreSQL implements this in adapters/pg. */
export interface RolloutControl {
  /** With the part in it of `cluster`, an id or a name. Undefined when there is no such rollout. */
  load(id: string, cluster: string | undefined): Promise<ControlledRollout | undefined>;
  /**
   * What the order changes, its transitions, events and audit row, and a look at the rollout, in one transaction. `settled` writes the audit
   * row alone. Throws `stale` ROLLOUT_CHANGED when the version has moved.
   */
  commit(
    id: string,
    version: number,
    change: "settled" | { readonly move: PhaseChange | undefined },
    by: { readonly caller: Caller; readonly order: Order; readonly reason: string },
  ): Promise<void>;
}

interface Asked {
  readonly reason: string;
  /** Versions of the rollout that the order was given for; any when absent. */
  readonly ifMatch?: IfMatch | undefined;
}
type Command<Request extends Asked> = (caller: Caller, rolloutId: string, request: Request) => Promise<void>;

export interface RolloutCommands {
  readonly pauseRollout: Command<Asked>;
  readonly resumeRollout: Command<Asked & { readonly acceptFailures?: number }>;
  readonly abortRollout: Command<Asked>;
  readonly skipRolloutCluster: Command<Asked & { readonly cluster: string }>;
  /** `wave` is its name. */
  readonly skipRolloutWave: Command<Asked & { readonly wave: string }>;
  /** All that failed when no cluster is named. Takes up an aborted rollout where it stopped, if nothing newer has begun there. */
  readonly retryRollout: Command<Asked & { readonly cluster?: string }>;
}

/** Planners change a busy rollout many times a second; a person's word gets through between them. */
const maxAttempts = 20;

/** What people ask of a rollout. Asking for what is so already succeeds and changes nothing. */
export function createRolloutCommands({ control }: { readonly control: RolloutControl }): RolloutCommands {
  const carryOut = async (
    caller: Caller,
    id: string,
    asked: Asked & { readonly cluster?: string },
    orderFor: (rollout: ControlledRollout) => Order,
  ): Promise<void> => {
    for (let attempt = 1; ; attempt += 1) {
      const rollout = await control.load(id, asked.cluster);
      if (rollout === undefined) throw noRollout(id);
      if (asked.ifMatch !== undefined && asked.ifMatch !== "*" && !asked.ifMatch.includes(rollout.version))
        throw moved(id, rollout.version);
      const order = orderFor(rollout);
      const ruling = judgeOrder(order, rollout);
      if (ruling.kind === "refused")
        throw new DroverError("wrong-state", ruling.code, `${inWords[order.kind]} rollout ${id}: ${ruling.message}`);
      const move = ruling.kind === "carry out" && ruling.move !== undefined ? { ...ruling.move, from: rollout.phase } : undefined;
      try {
        return await control.commit(id, rollout.version, ruling.kind === "settled" ? "settled" : { move }, {
          caller,
          order,
          reason: asked.reason,
        });
      } catch (error) {
        if (attempt === maxAttempts || !(error instanceof DroverError && error.code === "ROLLOUT_CHANGED")) throw error;
      }
    }
  };
  return {
    pauseRollout: (caller, id, asked) => carryOut(caller, id, asked, () => ({ kind: "pause" })),
    resumeRollout: (caller, id, asked) =>
      carryOut(caller, id, asked, () => ({ kind: "resume", acceptFailures: asked.acceptFailures ?? 0 })),
    abortRollout: (caller, id, asked) => carryOut(caller, id, asked, () => ({ kind: "abort" })),
    skipRolloutCluster: (caller, id, asked) => carryOut(caller, id, asked, () => ({ kind: "skipCluster", cluster: asked.cluster })),
    skipRolloutWave: (caller, id, asked) =>
      carryOut(caller, id, asked, (rollout) => ({ kind: "skipWave", wave: waveIndex(id, rollout, asked.wave) })),
    retryRollout: (caller, id, asked) => carryOut(caller, id, asked, () => ({ kind: "retry", cluster: asked.cluster })),
  };
}

const inWords: Readonly<Record<Order["kind"], string>> = {
  pause: "pause",
  resume: "resume",
  abort: "abort",
  skipCluster: "skip a cluster of",
  skipWave: "skip a wave of",
  retry: "retry",
};

const moved = (id: string, version: number): DroverError =>
  new DroverError("stale", "ROLLOUT_CHANGED", `rollout ${id}: it has moved on to version ${version}; look at it again`);

const noRollout = (id: string): DroverError =>
  new DroverError("not-found", "ROLLOUT_NOT_FOUND", `rollout ${id}: there is none with this id; list them with \`drover get rollouts\``);

function waveIndex(id: string, { waves }: ControlledRollout, name: string): number {
  const index = waves.findIndex((wave) => wave.name === name);
  if (index >= 0) return index;
  const names = waves.map((wave) => wave.name).join(", ");
  throw new DroverError("not-found", "WAVE_NOT_FOUND", `skip a wave of rollout ${id}: it has no wave ${name}; its waves are ${names}`);
}
