import { expect, test } from "vitest";
import { freezeStanding, reachOf } from "./freeze-words.ts";

const now = Date.parse("2026-12-24T12:00:00Z");

test.each([
  { name: "without times it holds", spec: {}, want: "in force" },
  { name: "before it begins", spec: { from: "2026-12-24T18:00:00Z" }, want: "later" },
  { name: "until its end", spec: { until: "2026-12-24T13:30:00+01:00" }, want: "in force" },
  { name: "from its end on", spec: { until: "2026-12-24T12:00:00Z" }, want: "over" },
])("$name", ({ spec, want }) => expect(freezeStanding(spec, now)).toBe(want));

test("a list that is absent names all", () => {
  expect(reachOf({ reason: "holidays" })).toBe("everything");
  expect(reachOf({ reason: "holidays", environments: ["production", "edge"], applications: ["web"] })).toBe(
    "environments production, edge; application web",
  );
});
