import { expect, test } from "vitest";
import { createFailedAttempts } from "./failed-attempts.ts";

function world() {
  let now = 0;
  const failures = createFailedAttempts({ monotonicMs: () => now });
  const isBlocked = (address: string): boolean => {
    try {
      failures.check(address);
      return false;
    } catch {
      return true;
    }
  };
  const fail = (address: string, times: number): void => {
    for (let n = 0; n < times; n += 1) failures.record(address);
  };
  return { fail, isBlocked, pass: (ms: number) => void (now += ms) };
}

test("an address may fail twenty times, then earns one more every three seconds", () => {
  const { fail, isBlocked, pass } = world();
  fail("a", 19);
  expect(isBlocked("a")).toBe(false);
  fail("a", 1);
  expect([isBlocked("a"), isBlocked("b")]).toEqual([true, false]);
  pass(2_999);
  expect(isBlocked("a")).toBe(true);
  pass(1);
  expect(isBlocked("a")).toBe(false);
});

test("a flood of addresses makes nobody forgotten", () => {
  const { fail, isBlocked, pass } = world();
  fail("guilty", 25);
  for (let n = 0; n < 20_000; n += 1) fail(`flood-${n}`, 1);
  expect(isBlocked("guilty")).toBe(true);
  // Strangers share one account meanwhile; it empties like any other.
  expect(isBlocked("stranger")).toBe(true);
  pass(60_000);
  expect([isBlocked("guilty"), isBlocked("stranger")]).toEqual([false, false]);
});

test("one IPv6 network is one stranger, whichever of its addresses it uses", () => {
  const { fail, isBlocked } = world();
  for (let n = 0; n < 20; n += 1) fail(`2001:db8:1:2::${n.toString(16)}`, 1);
  expect([isBlocked("2001:db8:1:2:ffff::1"), isBlocked("2001:db8:1:3::1")]).toEqual([true, false]);
  fail("::ffff:192.0.2.1", 20);
  expect([isBlocked("192.0.2.1"), isBlocked("192.0.2.2")]).toEqual([true, false]);
});
