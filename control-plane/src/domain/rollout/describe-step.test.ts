import { expect, test } from "vitest";
import { describeStep } from "./describe-step.ts";

test("a wave that was left out is named", () => {
  expect(describeStep({ kind: "Rollout", event: "waveSkipped", wave: "europe", because: "a holiday" })).toBe(
    "wave europe was left out: a holiday",
  );
});

test("a halt blames what halted it, a gate or clusters", () => {
  const halted = (because: string): string => describeStep({ kind: "Rollout", event: "budgetSpent", because });
  expect(halted("gate errors after wave canary failed: 2 of 2 measurements failed")).toBe(
    "it went no further: gate errors after wave canary failed: 2 of 2 measurements failed",
  );
  expect(halted("halted: 1 failed, 0 may")).toBe("it went no further: halted: 1 failed, 0 may");
});

test("a rollout that begins while everything is stopped has dispatched nothing", () => {
  expect(describeStep({ kind: "Rollout", event: "started" })).toBe("it began");
});
