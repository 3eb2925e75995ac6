import fc from "fast-check";
import { expect, test } from "vitest";
import { instant, rfc3339 } from "./time.ts";

test("an instant's text is Date's own", () => {
  const ms = fc.oneof(
    fc.date({ noInvalidDate: true }).map(Number),
    fc.integer({ min: 0, max: 4_102_444_800_000 }),
    fc.double({ min: -2, max: 2, noNaN: true }),
  );
  fc.assert(fc.property(ms, (at) => rfc3339(instant(at)) === new Date(at).toISOString()));
  expect(() => rfc3339(instant(NaN))).toThrow(RangeError);
});
