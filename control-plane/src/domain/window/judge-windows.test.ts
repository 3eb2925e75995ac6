import { instant, later, parseInstant } from "@drover/kit";
import type { Window } from "@drover/proto/fleet";
import fc from "fast-check";
import { expect, test } from "vitest";
import { judgeWindows, type WindowLevel } from "./judge-windows.ts";

const at = (text: string) => parseInstant(text)!;
/** A Wednesday. */
const noon = at("2026-06-03T12:00:00Z");
const allow = (schedule: string, duration: string, more: Partial<Window> = {}): Window => ({ kind: "allow", schedule, duration, ...more });
const deny = (schedule: string, duration: string, more: Partial<Window> = {}): Window => ({ kind: "deny", schedule, duration, ...more });
const organisation = (...windows: Window[]): WindowLevel => ({ scope: "organisation", owner: "", windows });
const environment = (...windows: Window[]): WindowLevel => ({ scope: "environment", owner: "production", windows });

test.each([
  { name: "nothing said is open", levels: [organisation(), environment()], closed: undefined, changesAt: undefined },
  {
    name: "an allow window that is open",
    levels: [environment(allow("0 9 * * *", "8h"))],
    closed: undefined,
    changesAt: "2026-06-03T17:00:00Z",
  },
  {
    name: "an allow window that is closed",
    levels: [environment(allow("0 22 * * *", "4h"))],
    closed: { scope: "environment", owner: "production", kind: "allow", schedule: "0 22 * * *", opensAt: at("2026-06-03T22:00:00Z") },
    changesAt: "2026-06-03T22:00:00Z",
  },
  {
    name: "one of several allow windows is enough",
    levels: [environment(allow("0 22 * * *", "4h"), allow("0 11 * * *", "2h"))],
    closed: undefined,
    changesAt: "2026-06-03T13:00:00Z",
  },
  {
    name: "every level must allow",
    levels: [organisation(allow("0 12 * * *", "4h")), environment(allow("0 14 * * *", "2h"))],
    closed: { scope: "environment", opensAt: at("2026-06-03T14:00:00Z") },
    changesAt: "2026-06-03T14:00:00Z",
  },
  {
    name: "a deny window wins over an allow window",
    levels: [environment(allow("0 9 * * *", "8h"), deny("30 11 * * *", "1h"))],
    closed: { kind: "deny", schedule: "30 11 * * *", opensAt: at("2026-06-03T12:30:00Z") },
    changesAt: "2026-06-03T12:30:00Z",
  },
  {
    name: "when one window opens, another may be closed again",
    levels: [environment(allow("0 9 * * *", "4h"), deny("30 11 * * *", "2h"))],
    closed: { kind: "deny", opensAt: at("2026-06-04T09:00:00Z") },
    changesAt: "2026-06-03T13:00:00Z",
  },
  {
    name: "of deny windows that are open the longest counts",
    levels: [environment(deny("0 11 * * *", "2h"), deny("0 10 * * *", "5h"))],
    closed: { schedule: "0 10 * * *", opensAt: at("2026-06-03T15:00:00Z") },
    changesAt: "2026-06-03T13:00:00Z",
  },
  {
    name: "windows that never meet never open",
    levels: [organisation(allow("0 1 * * *", "1h")), environment(allow("0 11 * * *", "2h"))],
    closed: { scope: "organisation", opensAt: undefined },
    changesAt: "2026-06-03T13:00:00Z",
  },
  {
    name: "what has begun goes on only when every level lets it",
    levels: [organisation(deny("0 11 * * *", "2h", { overrun: true })), environment(deny("0 11 * * *", "2h"))],
    closed: { scope: "environment", overrun: false },
    changesAt: "2026-06-03T13:00:00Z",
  },
  {
    name: "what has begun goes on after its allow window",
    levels: [environment(allow("0 9 * * *", "2h", { overrun: true }))],
    closed: { overrun: true, opensAt: at("2026-06-04T09:00:00Z") },
    changesAt: "2026-06-04T09:00:00Z",
  },
])("$name", ({ levels, closed, changesAt }) => {
  expect(judgeWindows(levels, noon)).toMatchObject({ closed, changesAt: changesAt && at(changesAt) });
});

const windows: fc.Arbitrary<Window> = fc.record({
  kind: fc.constantFrom("allow" as const, "deny" as const),
  schedule: fc.tuple(fc.integer({ min: 0, max: 59 }), fc.constantFrom("*/6", "9", "22", "*")).map(([m, h]) => `${m} ${h} * * *`),
  duration: fc.integer({ min: 1, max: 20 }).map((hours) => `${hours}h`),
  timeZone: fc.constantFrom("UTC", "Europe/Berlin", "America/New_York"),
  overrun: fc.boolean(),
});
const levels = fc
  .tuple(fc.array(windows, { maxLength: 2 }), fc.array(windows, { maxLength: 2 }))
  .map(([first, second]) => [organisation(...first), environment(...second)]);
const days = fc.integer({ min: 0, max: 400 * 24 * 60 }).map((minutes) => later(at("2026-01-01T00:00:00Z"), minutes * 60_000));

test("the verdict stays until it is said to change", () => {
  fc.assert(
    fc.property(levels, days, fc.double({ min: 0, max: 1, noNaN: true }), (all, now, share) => {
      const { closed, changesAt } = judgeWindows(all, now);
      const until = changesAt ?? later(now, 1_000_000);
      expect(until).toBeGreaterThan(now);
      const between = judgeWindows(all, instant(now + Math.floor((until - 1 - now) * share)));
      expect(between.closed === undefined).toBe(closed === undefined);
    }),
    { numRuns: 60 },
  );
});

test("it is open when it is said to open", () => {
  fc.assert(
    fc.property(levels, days, (all, now) => {
      const { closed } = judgeWindows(all, now);
      fc.pre(closed?.opensAt !== undefined);
      expect(judgeWindows(all, closed?.opensAt ?? now).closed).toBeUndefined();
    }),
    { numRuns: 60 },
  );
});

test("a deny window that is open closes whatever else there is", () => {
  fc.assert(
    fc.property(levels, days, (all, now) => {
      const always = deny("* * * * *", "1h");
      expect(judgeWindows([...all, environment(always)], now).closed).toBeDefined();
    }),
    { numRuns: 60 },
  );
});
