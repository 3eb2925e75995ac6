import { expect, test } from "vitest";
import { afterHeal, fightOf, healDelayMs, noHeals } from "./heal-pace.ts";
import type { Drift } from "./judge.ts";

const drift = (over: Partial<Drift> = {}): Drift => ({ kind: "edited", by: "operator", fields: [".data.a"], ...over });
const edit = drift();

test("the first drift is healed at once, repeats wait longer and longer, and a quiet time forgives", () => {
  let history = noHeals;
  const waits: number[] = [];
  let nowMs = 0;
  for (let round = 0; round < 7; round += 1) {
    const waitMs = healDelayMs(history, nowMs);
    waits.push(waitMs);
    nowMs += waitMs;
    history = afterHeal(history, edit, nowMs);
  }
  expect(waits).toEqual([0, 5_000, 15_000, 45_000, 135_000, 300_000, 300_000]);
  expect(healDelayMs(history, nowMs + 200_000)).toBe(100_000);
  expect(healDelayMs(history, nowMs + 600_001)).toBe(0);
  expect(afterHeal(history, edit, nowMs + 600_001).heals).toBe(1);
});

test.each([
  { name: "the same manager at the same field", next: drift(), fight: "operator over .data.a" },
  { name: "one field of several", next: drift({ fields: [".data.a", ".data.b"] }), fight: "operator over .data.a" },
  { name: "another field", next: drift({ fields: [".data.b"] }), fight: undefined },
  { name: "another manager", next: drift({ by: "kubectl-edit" }), fight: undefined },
  { name: "the same after a quiet time", next: drift(), afterMs: 400_000, fight: undefined },
  { name: "a deletion again", first: drift({ kind: "deleted", by: undefined, fields: [] }), fight: "somebody over " },
])("a fight: $name", ({ first = edit, next = first, afterMs = 1_000, fight }) => {
  const found = fightOf(afterHeal(noHeals, first, 0), next, afterMs);
  expect(found && `${found.with} over ${found.fields.join()}`).toBe(fight);
});

test("the first drift is no fight", () => expect(fightOf(noHeals, edit, 0)).toBeUndefined());
