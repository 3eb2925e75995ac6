import { expect, test } from "vitest";
import { eventInWords } from "./event-words.ts";

test.each([
  { kind: "ClusterStateChanged", body: { from: "Connected", to: "Offline" }, text: "Connected → Offline", word: "Offline" },
  {
    kind: "StatusChanged",
    body: { application: "web", health: "Healthy", sync: "OutOfSync", reason: "Drifted" },
    text: "web is Healthy and OutOfSync: Drifted",
    word: "OutOfSync",
  },
  { kind: "ClusterRevoked", body: { reason: "stolen" }, text: "Its identity ended: stolen", word: "Revoked" },
  { kind: "AgentEvent", body: { kind: "PruneHeld", message: "12 objects wait" }, text: "PruneHeld: 12 objects wait" },
  { kind: "AssignmentChanged", body: { application: "web" }, text: "It was given web anew" },
  { kind: "CometSeen", body: {}, text: "CometSeen" },
])("$kind reads as $text", ({ kind, body, text, word }) =>
  expect(eventInWords(kind, body)).toEqual({ text, ...(word === undefined ? {} : { word }) }),
);
