import fc from "fast-check";
import { expect, test } from "vitest";
import { afterFailure, isTooEarly, type Retry } from "./retry-pace.ts";

const failing = (reason: string, objects = 1, generation = 1) => ({ reason, objects, generation });

/** Waits of an object that fails again and again for the same reason, without jitter. */
function waits(reason: string, times: number, objects = 1): readonly number[] {
  let retry: Retry | undefined;
  return Array.from({ length: times }, () => {
    retry = afterFailure(retry, failing(reason, objects), 0, 0.5);
    return retry.notBeforeMs;
  });
}

test("what passes by itself is tried again soon, what somebody has to put right at longer and longer intervals", () => {
  expect(waits("Unavailable", 5)).toEqual([1_000, 6_000, 6_000, 8_000, 16_000]);
  expect(waits("Conflict", 6)).toEqual([5_000, 15_000, 45_000, 135_000, 300_000, 300_000]);
});

test("another assignment is tried at once, and begins anew", () => {
  const often = afterFailure({ attempts: 9, notBeforeMs: 0, generation: 1 }, failing("Conflict"), 0, 0.5);
  expect(isTooEarly(often, 1, 1_000)).toBe(true);
  expect(isTooEarly(often, 2, 1_000)).toBe(false);
  expect(afterFailure(often, failing("Conflict", 1, 2), 0, 0.5)).toMatchObject({ attempts: 1, notBeforeMs: 5_000 });
});

test("however many objects fail, all of them together ask 50 times a minute at most once they have been tried twice", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 10_000 }),
      fc.constantFrom("Conflict", "Unavailable"),
      fc.double({ min: 0, max: 0.99, noNaN: true }),
      (objects, reason, random) => {
        const { notBeforeMs } = afterFailure({ attempts: 1, notBeforeMs: 0, generation: 1 }, failing(reason, objects), 0, random);
        expect((objects * 4 * 60_000) / notBeforeMs).toBeLessThanOrEqual(50);
      },
    ),
  );
});
