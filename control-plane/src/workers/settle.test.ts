import { DroverError, type ErrorKind, instant } from "@drover/kit";
import { expect, test } from "vitest";
import { settleError } from "./settle.ts";

const settle = (kind: ErrorKind, attempts: number) => settleError(new DroverError(kind, "CODE", "do it"), { attempts }, instant(1_000));

test.each([
  { name: "a lost race is looked at again at once", kind: "stale", attempts: 0, want: { kind: "recheck", at: 1_000 } },
  { name: "what was cancelled is left for the next worker", kind: "cancelled", attempts: 0, want: { kind: "recheck", at: 1_000 } },
  {
    name: "an unreachable thing is tried again after a second",
    kind: "unavailable",
    attempts: 0,
    want: { kind: "failed", code: "CODE", message: "do it", retryAt: 2_000 },
  },
  {
    name: "and later each time",
    kind: "unavailable",
    attempts: 3,
    want: { kind: "failed", code: "CODE", message: "do it", retryAt: 9_000 },
  },
  {
    name: "but never later than five minutes",
    kind: "internal",
    attempts: 40,
    want: { kind: "failed", code: "CODE", message: "do it", retryAt: 301_000 },
  },
  {
    name: "a wrong input is not tried again by itself",
    kind: "invalid",
    attempts: 0,
    want: { kind: "failed", code: "CODE", message: "do it" },
  },
] satisfies { name: string; kind: ErrorKind; attempts: number; want: object }[])("$name", ({ kind, attempts, want }) => {
  expect(settle(kind, attempts)).toEqual(want);
});

test("an error that nobody foresaw is internal, and tried again", () => {
  expect(settleError(new TypeError("x is undefined"), { attempts: 0 }, instant(0))).toEqual({
    kind: "failed",
    code: "INTERNAL",
    message: "x is undefined",
    retryAt: 1_000,
  });
});
