import { expect, test } from "vitest";
import { afterHeal, healDelayMs, noHeals } from "./heal-pace.ts";

test("the first drift is healed at once, repeats wait longer and longer, and a quiet time forgives", () => {
  let history = noHeals;
  const waits: number[] = [];
  let nowMs = 0;
  for (let round = 0; round < 7; round += 1) {
    const waitMs = healDelayMs(history, nowMs);
    waits.push(waitMs);
    nowMs += waitMs;
    history = afterHeal(history, nowMs);
  }
  expect(waits).toEqual([0, 5_000, 15_000, 45_000, 135_000, 300_000, 300_000]);
  expect(healDelayMs(history, nowMs + 200_000)).toBe(100_000);
  expect(healDelayMs(history, nowMs + 600_001)).toBe(0);
  expect(afterHeal(history, nowMs + 600_001).heals).toBe(1);
});
