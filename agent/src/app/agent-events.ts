import type { AgentEvent, DriftEpisode } from "@drover/proto/wire";
import { rfc3339 } from "@drover/kit";
import type { Clock } from "@drover/kit/node";
import { cut } from "../domain/status/cut.ts";

export interface NewEvent {
  readonly kind:
    | "DriftFound"
    | "DriftHealed"
    | "DriftEnded"
    | "DriftFight"
    | "HealFailed"
    | "HookSucceeded"
    | "HookFailed"
    | "HookLeftOut"
    | "GateJobSucceeded"
    | "GateJobFailed"
    | "Pruned"
    | "PruneHeld"
    | "EnvelopeRefused"
    | "AssignmentRefused"
    | "Gap";
  readonly application?: string;
  /** As `nameOf` writes it. */
  readonly object?: string;
  readonly message: string;
  /** With events about drift. */
  readonly drift?: DriftEpisode;
}

const capacity = 1_000;

/**
 * What happened and has not been acknowledged yet, at most 1,000. When it overflows, the oldest go and a Gap takes their
 * place: whoever reads the events learns that some are missing.
 */
export class AgentEvents {
  readonly #clock: Clock;
  readonly #onEvent: () => void;
  #ring: AgentEvent[] = [];
  #lastSeq = 0;
  #lost = 0;

  constructor(clock: Clock, onEvent: () => void) {
    this.#clock = clock;
    this.#onEvent = onEvent;
  }

  record(event: NewEvent): void {
    this.#ring.push(this.#stamped(event));
    this.#onEvent();
    if (this.#ring.length <= capacity) return;
    const [gapOrOldest, oldest, ...rest] = this.#ring;
    this.#lost += gapOrOldest?.kind === "Gap" ? 1 : 2;
    // The gap takes the place and number of the youngest event lost, so that acknowledging it acknowledges the loss.
    this.#ring = [{ seq: oldest!.seq, at: oldest!.at, kind: "Gap", message: `${this.#lost} events were dropped` }, ...rest];
  }

  #stamped({ kind, application, object, message, drift }: NewEvent): AgentEvent {
    return {
      seq: ++this.#lastSeq,
      at: rfc3339(this.#clock.now()),
      kind,
      ...(application === undefined ? {} : { application }),
      ...(object === undefined ? {} : { object: cut(object, 400) }),
      message: cut(message, 256),
      ...(drift ? { drift } : {}),
    };
  }

  /** The oldest unacknowledged events. */
  pending(limit: number): readonly AgentEvent[] {
    return this.#ring.slice(0, limit);
  }

  get last(): number {
    return this.#lastSeq;
  }

  acknowledge(seq: number): void {
    const kept = this.#ring.filter((event) => event.seq > seq);
    if (kept[0]?.kind !== "Gap") this.#lost = 0;
    this.#ring = kept;
  }
}
