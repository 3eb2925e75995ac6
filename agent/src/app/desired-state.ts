import { type DroverError, parseClusterId, toDroverError } from "@drover/kit";
import type { Log } from "@drover/kit/node";
import {
  acceptEnvelope,
  type Digest,
  type Dsse,
  type Envelope,
  type EnvelopePosition,
  type OpenedEnvelope,
  type TrustedKeys,
} from "@drover/proto/wire";
import type { AgentEvents } from "./agent-events.ts";
import type { Enrolled } from "./enrol.ts";
import type { EnvelopeStore } from "./state/envelope-store.ts";

interface Deps {
  readonly store: EnvelopeStore;
  /** Obeys an envelope that is verified and stored. */
  readonly obey: (envelope: Envelope) => void;
  readonly events: AgentEvents;
  readonly log: Log;
  readonly clusterUid: string;
  readonly current: () => Enrolled;
}

export interface Held extends EnvelopePosition {
  readonly digest: Digest;
  readonly dsse: Dsse;
}

export type Acceptance = "accepted" | "refused" | "not-stored";

/** The envelope in force: verified, stored, then obeyed, in this order and one at a time. */
export class DesiredState {
  readonly #deps: Deps;
  #held: Held | undefined;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  get held(): Held | undefined {
    return this.#held;
  }

  /** Puts the stored envelope in force again. One that does not verify any more is kept aside and asked for again. */
  async restore(signal: AbortSignal): Promise<void> {
    const { store, obey, log, clusterUid, current } = this.#deps;
    const dsse = await store.load(signal);
    if (!dsse) return;
    try {
      const enrolled = current();
      const cluster = parseClusterId(enrolled.identity.cluster);
      const opened = acceptEnvelope(dsse, trustedKeys(enrolled), { cluster, clusterUid, held: undefined });
      this.#held = heldFrom(dsse, opened);
      obey(opened.envelope);
    } catch (err) {
      log.error({ err }, "the stored envelope is not valid; nothing is changed until another comes");
    }
  }

  /** Takes a newer envelope. A bad one changes nothing and is reported; the same one again is nothing. */
  accept(dsse: Dsse, signal: AbortSignal): Promise<Acceptance> {
    const acceptance = this.#tail.then(() => this.#accept(dsse, signal));
    this.#tail = acceptance;
    return acceptance;
  }

  async #accept(dsse: Dsse, signal: AbortSignal): Promise<Acceptance> {
    const { store, obey, events, log, clusterUid, current } = this.#deps;
    const enrolled = current();
    try {
      if (this.#held?.dsse.payload === dsse.payload) return "accepted";
      const cluster = parseClusterId(enrolled.identity.cluster);
      const opened = acceptEnvelope(dsse, trustedKeys(enrolled), { cluster, clusterUid, held: this.#held });
      await store.save(dsse, signal);
      this.#held = heldFrom(dsse, opened);
      log.info({ epoch: opened.envelope.epoch, sequence: opened.envelope.sequence }, "envelope accepted");
      obey(opened.envelope);
      return "accepted";
    } catch (thrown) {
      const error = toDroverError(thrown);
      if (signal.aborted || isOurTrouble(error)) {
        log.warn({ err: error }, "an envelope could not be stored and is asked for again");
        return "not-stored";
      }
      events.record({ kind: "EnvelopeRefused", message: `${error.code}: ${error.message}` });
      log.warn({ err: error }, "envelope not accepted, the last good one stays in force");
      return "refused";
    }
  }
}

/** The cluster could not take it: nothing is wrong with the envelope. */
const isOurTrouble = ({ code }: DroverError): boolean => code.startsWith("KUBE_");

const heldFrom = (dsse: Dsse, { envelope, digest }: OpenedEnvelope): Held => ({
  epoch: envelope.epoch,
  sequence: envelope.sequence,
  digest,
  dsse,
});

/** Whose envelopes and questions count. */
export const trustedKeys = ({ identity }: Enrolled): TrustedKeys =>
  new Map(identity.keyset.keys.map(({ keyId, publicKey }) => [keyId, new Uint8Array(Buffer.from(publicKey, "base64"))]));
