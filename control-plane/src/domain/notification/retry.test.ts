import { instant } from "@drover/kit";
import { expect, test } from "vitest";
import { judgeAttempt, maxAttempts } from "./retry.ts";

const now = instant(1_000_000);
const failed = { kind: "Failed", code: "NOTIFICATION_UNREACHABLE", said: "HTTP 503" } as const;
const waitOf = (attempt: number, random: number, retryAfterMs?: number): number => {
  const verdict = judgeAttempt({ ...failed, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) }, attempt, now, random);
  return verdict.kind === "Retry" ? verdict.at - now : -1;
};

test("each attempt waits longer than the one before, and the last is a dead letter", () => {
  const attempts = Array.from({ length: maxAttempts - 1 }, (_one, index) => index + 1);
  expect(attempts.map((attempt) => waitOf(attempt, 0.999))).toEqual(
    attempts.map((attempt) => waitOf(attempt, 0.999)).toSorted((a, b) => a - b),
  );
  expect([waitOf(1, 0), waitOf(1, 0.999), waitOf(9, 0.999)]).toEqual([1_000, 1_999, 3_598_200]);
  expect(judgeAttempt(failed, maxAttempts, now, 0)).toEqual({ kind: "Dead", because: "Exhausted" });
});

test("a receiver may say when, and not for ever", () => {
  expect([waitOf(1, 0, 30_000), waitOf(1, 0, 10), waitOf(1, 0, 86_400_000)]).toEqual([30_000, 1_000, 3_600_000]);
});

test("what is refused is not tried again", () =>
  expect(judgeAttempt({ kind: "Refused", code: "NOTIFICATION_REFUSED", said: "HTTP 404" }, 1, now, 0)).toEqual({
    kind: "Dead",
    because: "Refused",
  }));
