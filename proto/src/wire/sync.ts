import { Type, type Static } from "typebox";
import { Dsse } from "./dsse.ts";
import { compileReader } from "./reader.ts";
import { Counter, DigestText, Time } from "./words.ts";

/** An agent asks after every connect and every minute whether it holds the newest envelope. This repairs any lost message. */
export const SyncRequest = Type.Object({
  have: Type.Optional(Type.Object({ epoch: Counter, sequence: Counter, digest: DigestText })),
  /** The held envelope itself, when the last answer was `send`. */
  envelope: Type.Optional(Dsse),
});
export type SyncRequest = Static<typeof SyncRequest>;

const common = {
  serverTime: Time,
  /** After a reconnect, wait a random time up to this before the first sync, so that a fleet does not ask at once. */
  spreadMs: Counter,
};

export const SyncAnswer = Type.Union([
  Type.Object({ kind: Type.Literal("envelope"), envelope: Dsse, ...common }),
  Type.Object({ kind: Type.Literal("unchanged"), ...common }),
  /** The agent holds something newer than the control plane remembers (a restored database): show it. */
  Type.Object({ kind: Type.Literal("send"), ...common }),
  Type.Object({ kind: Type.Literal("busy"), retryAfterMs: Counter, ...common }),
  Type.Object({ kind: Type.Literal("refused"), code: Type.String(), message: Type.String(), ...common }),
]);
export type SyncAnswer = Static<typeof SyncAnswer>;

/** What arrives on the live subject: the envelope when it is small, otherwise a poke to sync. */
export const AssignMessage = Type.Union([
  Type.Object({ kind: Type.Literal("envelope"), envelope: Dsse }),
  Type.Object({ kind: Type.Literal("poke") }),
]);
export type AssignMessage = Static<typeof AssignMessage>;

/** Larger envelopes are announced with a poke and fetched by sync. Bytes of the JSON message. */
export const maxPushedEnvelope = 48 * 1024;

export const readSyncRequest = compileReader(SyncRequest, "SYNC_INVALID", "sync request");
export const readSyncAnswer = compileReader(SyncAnswer, "SYNC_ANSWER_INVALID", "answer to sync");
export const readAssignMessage = compileReader(AssignMessage, "ASSIGN_INVALID", "assign message");
