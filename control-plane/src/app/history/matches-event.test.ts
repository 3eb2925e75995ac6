import { parseFilter } from "@drover/proto/rest";
import { expect, test } from "vitest";
import { matchesEvent } from "./matches-event.ts";

const event = { cursor: "1-1", at: "2026-11-21T08:00:00.000Z", kind: "RolloutHalted", subject: "rollouts/r1", body: {} };
const any = { kinds: [], subject: undefined };

test.each([
  { filter: any, want: true },
  { filter: { ...any, kinds: ["RolloutHalted", "RolloutCompleted"] }, want: true },
  { filter: { ...any, kinds: ["RolloutCompleted"] }, want: false },
  { filter: { ...any, subject: "rollouts/r1" }, want: true },
  { filter: { ...any, subject: "rollouts/r" }, want: false },
  { filter: { ...any, subject: "rollouts/" }, want: true },
  { filter: { ...any, filter: parseFilter('kind : "halted" AND NOT subject = "rollouts/r2"') }, want: true },
  { filter: { ...any, filter: parseFilter("kind != RolloutHalted OR at : *") }, want: true },
  { filter: { ...any, filter: parseFilter("at < 2026-11-21T09:00:00+01:00") }, want: false },
  { filter: { ...any, filter: parseFilter("at >= 2026-11-21T09:00:00+01:00") }, want: true },
])("$filter: $want", ({ filter, want }) => expect(matchesEvent(filter, event)).toBe(want));
