import { expect, test } from "vitest";
import { createTokenBucket } from "./token-bucket.ts";

test("lets a burst pass, then as many as time allows", () => {
  let now = 0;
  const admit = createTokenBucket(10, 3, () => now);
  const passed = (tries: number): number => Array.from({ length: tries }, admit).filter(Boolean).length;
  expect(passed(10)).toBe(3);
  now += 200;
  expect(passed(10)).toBe(2);
  now += 60_000;
  expect(passed(10)).toBe(3);
});
