import { spread } from "@drover/kit";
import type { Clock, Log } from "@drover/kit/node";
import type { AssignMessage, Dsse, SyncAnswer, SyncRequest } from "@drover/proto/wire";
import type { ControlPlane } from "./control-plane.ts";
import type { DesiredState } from "./desired-state.ts";
import { Wake } from "./engine/schedule/wake.ts";

interface Deps {
  readonly controlPlane: ControlPlane;
  readonly desired: DesiredState;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
}

const everyMs = 60_000;
const afterFailureMs = 5_000;

/**
 * Asks whether the envelope in force is the newest: after every connect, on a poke, and every minute. This repairs any
 * lost message, so nothing else has to.
 */
export class Sync {
  readonly #deps: Deps;
  readonly #wake = new Wake();
  /** The first connect of a process asks at once; a fleet that reconnects together spreads itself out. */
  #spreadMs = 0;
  #delayMs = 0;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  connected(): void {
    this.#delayMs = this.#spreadMs * this.#deps.random();
    this.#wake.request();
  }

  /** What came on the live subject. */
  received(message: AssignMessage, signal: AbortSignal): void {
    if (message.kind === "poke") this.#wake.request();
    else void this.#accept(message.envelope, signal);
  }

  /** One that could not be stored is lost here; the next sync brings it again. */
  async #accept(envelope: Dsse, signal: AbortSignal): Promise<void> {
    const { desired, clock } = this.#deps;
    if ((await desired.accept(envelope, signal)) !== "not-stored") return;
    await clock.sleep(afterFailureMs, signal).catch(() => {});
    this.#wake.request();
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock, random, log } = this.#deps;
    let waitMs: number | undefined; // until the first connect there is nobody to ask
    while (!signal.aborted) {
      await this.#wake.requested(waitMs, clock, signal);
      this.#wake.taken();
      if (this.#delayMs > 0) await clock.sleep(this.#delayMs, signal).catch(() => {});
      this.#delayMs = 0;
      if (signal.aborted) return;
      try {
        waitMs = (await this.#once(signal)) ?? spread(everyMs, 0.2, random());
      } catch (err) {
        log.debug({ err }, "sync was not answered");
        waitMs = spread(afterFailureMs, 0.5, random());
      }
    }
  }

  /** Answers how long to wait when the control plane says so. */
  async #once(signal: AbortSignal): Promise<number | undefined> {
    const { controlPlane, desired, log } = this.#deps;
    const { held } = desired;
    const have = held && { epoch: held.epoch, sequence: held.sequence, digest: held.digest };
    const request: SyncRequest = have ? { have } : {};
    let answer: SyncAnswer = await controlPlane.sync(request, signal);
    if (answer.kind === "send" && held) answer = await controlPlane.sync({ ...request, envelope: held.dsse }, signal);
    this.#spreadMs = answer.spreadMs;
    if (answer.kind === "envelope" && (await desired.accept(answer.envelope, signal)) === "not-stored") return afterFailureMs;
    if (answer.kind === "refused") log.warn({ code: answer.code, reason: answer.message }, "the control plane refuses to sync");
    return answer.kind === "busy" ? answer.retryAfterMs : undefined;
  }
}
