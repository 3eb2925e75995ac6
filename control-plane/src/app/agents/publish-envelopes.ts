import type { ClusterId } from "@drover/kit";
import { withSpan } from "@drover/kit/node";
import { type AssignMessage, type EnvelopePosition, maxPushedEnvelope, signEnvelope } from "@drover/proto/wire";
import type { EnvelopeKeys } from "../../domain/identity/envelope-keys.ts";
import { issueEnvelope, type Standing } from "../../domain/identity/issue-envelope.ts";
import { failpoint } from "../failpoint.ts";

/** A state-based outbox: it knows which clusters have not been sent their newest envelope, nothing of how often it changed. */
export interface EnvelopeOutbox {
  /** Some that are behind, leased for a short time so that replicas share the work. */
  claim(limit: number): Promise<readonly Standing[]>;
  /** Whatever has changed since is behind again at once. */
  published(sent: readonly (EnvelopePosition & { readonly cluster: ClusterId })[]): Promise<void>;
}

export interface AssignSender {
  healthy(): boolean;
  /** Hands everything to the server and waits until it has it. Agents that are away miss it and sync when they are back. */
  send(
    messages: readonly { readonly cluster: ClusterId; readonly text: string; readonly traceparent: string | undefined }[],
  ): Promise<void>;
}

interface PublisherDeps {
  readonly outbox: EnvelopeOutbox;
  readonly sender: AssignSender;
  readonly keys: EnvelopeKeys;
}

/** 500 envelopes are signed in 25 ms, and a crash sends no more than these twice. */
const batch = 500;

/** Sends what is behind, and answers how many envelopes that were. Call it when woken and every second. */
export const createEnvelopePublisher =
  ({ outbox, sender, keys }: PublisherDeps) =>
  async (signal: AbortSignal): Promise<number> => {
    let total = 0;
    while (!signal.aborted && sender.healthy()) {
      const behind = await outbox.claim(batch);
      if (behind.length === 0) break;
      await withSpan("envelope.publish", { parent: sharedTrace(behind), attributes: { "drover.envelopes": behind.length } }, async () => {
        failpoint("publish.claimed");
        await sender.send(behind.map((standing) => message(standing, keys)));
        failpoint("publish.sent");
        await outbox.published(behind);
        failpoint("publish.marked");
      });
      total += behind.length;
    }
    return total;
  };

function message(standing: Standing, keys: EnvelopeKeys): { cluster: ClusterId; text: string; traceparent: string | undefined } {
  const push: AssignMessage = { kind: "envelope", envelope: signEnvelope(issueEnvelope(standing, keys), keys.signer) };
  const poke: AssignMessage = { kind: "poke" };
  const text = JSON.stringify(push);
  return {
    cluster: standing.cluster,
    text: Buffer.byteLength(text) <= maxPushedEnvelope ? text : JSON.stringify(poke),
    traceparent: newestTrace(standing),
  };
}

/** A batch mostly goes back to one call. Where it goes back to several, it is a trace of its own. */
function sharedTrace(behind: readonly Standing[]): string | undefined {
  const traces = new Set(behind.map(newestTrace));
  return traces.size === 1 ? [...traces][0] : undefined;
}

/** Each assignment carries its own trace; the message belongs to the one that was assigned last. */
const newestTrace = ({ assignments, newest }: Standing): string | undefined =>
  assignments.find(({ application }) => application === newest)?.traceparent;
