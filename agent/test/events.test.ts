import { systemClock } from "@drover/kit/node";
import { expect, test } from "vitest";
import { AgentEvents } from "../src/app/agent-events.ts";

const ring = (count: number): AgentEvents => {
  const events = new AgentEvents(systemClock, () => {});
  for (let i = 1; i <= count; i += 1) events.record({ kind: "DriftHealed", message: `event ${i}` });
  return events;
};

test("events wait in order until they are acknowledged", () => {
  const events = ring(5);
  expect(events.pending(2).map(({ seq }) => seq)).toEqual([1, 2]);
  events.acknowledge(2);
  expect(events.pending(10).map(({ seq }) => seq)).toEqual([3, 4, 5]);
});

test("what does not fit leaves a gap that says how much is missing", () => {
  const events = ring(1_010);
  const kept = events.pending(2_000);
  expect(kept).toHaveLength(1_000);
  expect(kept[0]).toMatchObject({ seq: 11, kind: "Gap", message: "11 events were dropped" });
  expect(kept[1]).toMatchObject({ seq: 12, message: "event 12" });
  events.acknowledge(11);
  expect(events.pending(1)[0]).toMatchObject({ seq: 12, kind: "DriftHealed" });
});
