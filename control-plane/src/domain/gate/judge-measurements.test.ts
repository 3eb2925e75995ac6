import { instant } from "@drover/kit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { judgeMeasurements, type Measurement } from "./judge-measurements.ts";

const gate = { count: 3, failureLimit: 1, intervalMs: 60_000 };
const measured = (oks: readonly boolean[]): Measurement[] =>
  oks.map((ok, index) => ({ n: index + 1, at: instant(index * 60_000), ok, value: undefined, message: ok ? "well" : "unwell" }));
const now = instant(10_000_000);

test.each([
  { name: "measures at once when it is opened", oks: [], at: 0, want: "Measure" },
  { name: "waits for its interval", oks: [true], at: 59_999, want: "Wait" },
  { name: "measures after its interval", oks: [true], at: 60_000, want: "Measure" },
  { name: "goes on after a failure that may be", oks: [false, true], at: 120_000, want: "Measure" },
  { name: "fails with one more", oks: [false, true, false], at: 120_000, want: "Failed" },
  { name: "passes when enough succeeded, in spite of a failure that may be", oks: [true, false, true, true], at: 180_000, want: "Passed" },
])("$name", ({ oks, at, want }) => expect(judgeMeasurements(gate, measured(oks), instant(at)).kind).toBe(want));

test("what it waits for is said in numbers, with the newest words", () => {
  expect(judgeMeasurements(gate, measured([true, false]), instant(60_001))).toEqual({
    kind: "Wait",
    because: "1 of 3 measurements succeeded, 1 failed of 1 that may; last: unwell",
    until: 120_000,
  });
});

describe("for any measurements", () => {
  const limits = fc.record({ count: fc.integer({ min: 1, max: 10 }), failureLimit: fc.nat(10), intervalMs: fc.constant(60_000) });
  const oks = fc.array(fc.boolean(), { maxLength: 25 });

  test("their order does not matter", () =>
    fc.assert(
      fc.property(limits, oks, fc.infiniteStream(fc.nat()), (of, list, keys) => {
        const all = measured(list);
        const shuffled = all
          .map((one) => ({ one, key: keys.next().value }))
          .sort((a, b) => a.key - b.key)
          .map(({ one }) => one);
        expect(judgeMeasurements(of, shuffled, now)).toEqual(judgeMeasurements(of, all, now));
      }),
    ));

  test("it fails exactly when more failed than may, and passes exactly when enough of the others succeeded", () =>
    fc.assert(
      fc.property(limits, oks, (of, list) => {
        const failures = list.filter((ok) => !ok).length;
        const kind = failures > of.failureLimit ? "Failed" : list.length - failures >= of.count ? "Passed" : "Measure";
        expect(judgeMeasurements(of, measured(list), now).kind).toBe(kind);
      }),
    ));

  test("measured one after the other it ends after count + failureLimit at the latest, and not before its windows are through", () =>
    fc.assert(
      fc.property(limits, fc.infiniteStream(fc.boolean()), (of, stream) => {
        const list: boolean[] = [];
        while (judgeMeasurements(of, measured(list), now).kind === "Measure") list.push(stream.next().value);
        expect(list.length).toBeLessThanOrEqual(of.count + of.failureLimit);
        expect(list.length).toBeGreaterThanOrEqual(Math.min(of.count, of.failureLimit + 1));
      }),
    ));
});
