import fc from "fast-check";
import { expect, test } from "vitest";
import { drawBar } from "./bar.ts";

test.each([
  { parts: { done: 0, of: 0 }, want: "··········" },
  { parts: { done: 5, of: 10 }, want: "█████·····" },
  { parts: { done: 10, of: 10 }, want: "██████████" },
  { parts: { done: 98, underWay: 1, failed: 1, of: 100 }, want: "████████▒✗" },
  { parts: { done: 1, of: 10_000 }, want: "█·········" },
])("$want", ({ parts, want }) => expect(drawBar(parts, 10)).toBe(want));

test("it is as long as it should be, and full only when all is done", () => {
  fc.assert(
    fc.property(fc.nat(500), fc.nat(500), fc.nat(500), fc.nat(500), (done, underWay, failed, waiting) => {
      const of = done + underWay + failed + waiting;
      const bar = drawBar({ done, underWay, failed, of }, 10);
      expect([...bar]).toHaveLength(10);
      expect(bar === "█".repeat(10)).toBe(of > 0 && done === of);
    }),
  );
});
