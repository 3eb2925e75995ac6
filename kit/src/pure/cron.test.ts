import fc from "fast-check";
import { expect, test } from "vitest";
import { type Recurrence, recurrenceAt, scheduleProblem } from "./cron.ts";
import { instant, later, rfc3339 } from "./time.ts";

const hourMs = 3_600_000;
const at = (text: string) => instant(Date.parse(text));

/** `open until …` or `closed until …` */
function wordsAt(recurrence: Recurrence, time: string): string {
  const state = recurrenceAt(recurrence, at(time));
  if (state.kind === "open") return `open until ${rfc3339(state.until)}`;
  return `closed until ${state.opensAt === undefined ? "the end of time" : rfc3339(state.opensAt)}`;
}

const nightly = (timeZone: string, schedule = "30 2 * * *"): Recurrence => ({ schedule, timeZone, durationMs: 2 * hourMs });

test.each([
  { schedule: "0 22 * * MON-FRI", timeZone: "Europe/Berlin" },
  { schedule: "*/15 0-6 1,15 * *", timeZone: "UTC" },
  { schedule: "0 3 * * SUN#1", timeZone: "America/New_York" },
  { schedule: "0 0 L * *", timeZone: "Etc/GMT+5" },
  { schedule: "0 0 29 2 *", timeZone: "UTC" },
])("$schedule in $timeZone is a schedule", (schedule) => expect(scheduleProblem(schedule)).toBeUndefined());

test.each([
  { schedule: "61 0 * * *", timeZone: "UTC", says: '"61 0 * * *" is no cron schedule: invalid value for minute: 61' },
  { schedule: "0 0 * *", timeZone: "UTC", says: '"0 0 * *" is no cron schedule: write five fields' },
  { schedule: "0 0 0 * * *", timeZone: "UTC", says: "write five fields" },
  { schedule: "@daily", timeZone: "UTC", says: "write five fields" },
  { schedule: "0 0 29 2 +MON", timeZone: "UTC", says: "write five fields" },
  { schedule: "0 0 30 2 *", timeZone: "UTC", says: '"0 0 30 2 *" has no occurrence in five years' },
  { schedule: "0 0 31 4,6,9,11 *", timeZone: "Europe/Berlin", says: "has no occurrence in five years" },
  { schedule: "0 0 * * *", timeZone: "Mars/Olympus", says: '"Mars/Olympus" is no time zone: write one like Europe/Berlin or UTC' },
  { schedule: "0 0 * * *", timeZone: "+01:00", says: '"+01:00" is no time zone' },
  { schedule: "0 0 * * *", timeZone: "", says: '"" is no time zone' },
])("$schedule in $timeZone is refused with a reason", ({ schedule, timeZone, says }) =>
  expect(scheduleProblem({ schedule, timeZone })?.message).toContain(says),
);

test.each([
  {
    name: "an ordinary night in Berlin",
    where: nightly("Europe/Berlin"),
    now: "2026-01-10T02:00:00Z",
    words: "open until 2026-01-10T03:30:00.000Z",
  },
  {
    name: "its last millisecond",
    where: nightly("Europe/Berlin"),
    now: "2026-01-10T03:29:59.999Z",
    words: "open until 2026-01-10T03:30:00.000Z",
  },
  { name: "its end", where: nightly("Europe/Berlin"), now: "2026-01-10T03:30:00Z", words: "closed until 2026-01-11T01:30:00.000Z" },
  {
    name: "the night without 02:30 in Berlin: it opens when the clocks are put forward",
    where: nightly("Europe/Berlin"),
    now: "2026-03-29T00:30:00Z",
    words: "closed until 2026-03-29T01:00:00.000Z",
  },
  {
    name: "two hours of that night are two hours",
    where: nightly("Europe/Berlin"),
    now: "2026-03-29T01:00:00Z",
    words: "open until 2026-03-29T03:00:00.000Z",
  },
  {
    name: "the night with 02:30 twice in Berlin: once, at the first",
    where: nightly("Europe/Berlin"),
    now: "2026-10-25T02:30:00Z",
    words: "closed until 2026-10-26T01:30:00.000Z",
  },
  {
    name: "the night without 02:30 in New York",
    where: nightly("America/New_York"),
    now: "2026-03-08T06:59:59Z",
    words: "closed until 2026-03-08T07:00:00.000Z",
  },
  {
    name: "the night with 01:30 twice in New York",
    where: nightly("America/New_York", "30 1 * * *"),
    now: "2026-11-01T05:30:00Z",
    words: "open until 2026-11-01T07:30:00.000Z",
  },
  {
    name: "times that touch are one",
    where: { schedule: "0 0,2,4 * * *", timeZone: "UTC", durationMs: 2 * hourMs },
    now: "2026-05-01T01:00:00Z",
    words: "open until 2026-05-01T06:00:00.000Z",
  },
])("$name", ({ where, now, words }) => expect(wordsAt(where, now)).toBe(words));

const zones = ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"];
const minute = fc.oneof(fc.integer({ min: 0, max: 59 }).map(String), fc.constantFrom("*/7", "*/30", "0,15,45"));
const hour = fc.oneof(fc.integer({ min: 0, max: 23 }).map(String), fc.constantFrom("1-3", "*/6", "0,2"));
const weekday = fc.constantFrom("*", "*", "MON-FRI", "SUN", "6#1");
const recurrences: fc.Arbitrary<Recurrence> = fc.record({
  schedule: fc.tuple(minute, hour, weekday).map(([m, h, d]) => `${m} ${h} * * ${d}`),
  timeZone: fc.constantFrom(...zones),
  durationMs: fc.integer({ min: 1, max: 30 * 60 }).map((minutes) => minutes * 60_000),
});
/** Most of them within two days of a change of the clock in Berlin or New York. */
const changes = ["2026-03-08T07:00:00Z", "2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z", "2026-11-01T06:00:00Z"].map(at);
const instants = fc
  .tuple(fc.constantFrom(...changes, at("2027-06-15T00:00:00Z")), fc.integer({ min: -48 * hourMs, max: 48 * hourMs }))
  .map(([near, byMs]) => later(near, byMs));

test("it is open at the instant at which it is said to open, and not just before", () => {
  fc.assert(
    fc.property(recurrences, instants, (recurrence, now) => {
      const state = recurrenceAt(recurrence, now);
      fc.pre(state.kind === "closed" && state.opensAt !== undefined);
      if (state.kind !== "closed" || state.opensAt === undefined) return;
      expect(state.opensAt).toBeGreaterThan(now);
      expect(recurrenceAt(recurrence, state.opensAt).kind).toBe("open");
      expect(recurrenceAt(recurrence, later(state.opensAt, -1)).kind).toBe("closed");
    }),
    { numRuns: 300 },
  );
});

test("it is open until the instant that is said, and it was open in between", () => {
  fc.assert(
    fc.property(recurrences, instants, fc.double({ min: 0, max: 1, noNaN: true }), (recurrence, now, share) => {
      const state = recurrenceAt(recurrence, now);
      fc.pre(state.kind === "open");
      if (state.kind !== "open") return;
      expect(state.until).toBeGreaterThan(now);
      const between = instant(now + Math.floor((state.until - 1 - now) * share));
      expect(recurrenceAt(recurrence, between).kind).toBe("open");
      expect(recurrenceAt(recurrence, later(state.until, -1)).kind).toBe("open");
    }),
    { numRuns: 300 },
  );
});

test("it agrees with a look at every minute before", () => {
  const time = fc.record({ minute: fc.integer({ min: 0, max: 59 }), hour: fc.integer({ min: 0, max: 23 }) });
  fc.assert(
    fc.property(time, fc.integer({ min: 1, max: 50 * 60 }), instants, ({ minute: m, hour: h }, minutes, now) => {
      const begins = (ago: number): boolean => {
        const then = new Date(Math.floor(now / 60_000 - ago) * 60_000);
        return then.getUTCMinutes() === m && then.getUTCHours() === h && now - then.getTime() < minutes * 60_000;
      };
      const isOpen = Array.from({ length: minutes + 1 }, (_, ago) => ago).some(begins);
      const state = recurrenceAt({ schedule: `${m} ${h} * * *`, timeZone: "UTC", durationMs: minutes * 60_000 }, now);
      expect(state.kind).toBe(isOpen ? "open" : "closed");
    }),
    { numRuns: 200 },
  );
});

test("always open is told at a bounded cost", () => {
  const always: Recurrence = { schedule: "* * * * *", timeZone: "Europe/Berlin", durationMs: 24 * hourMs };
  const state = recurrenceAt(always, at("2026-03-29T00:00:00Z"));
  expect(state.kind === "open" && state.until).toBeGreaterThan(at("2026-03-29T00:00:00Z"));
});
