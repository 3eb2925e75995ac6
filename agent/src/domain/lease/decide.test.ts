import { expect, test } from "vitest";
import { decideLease, isTaken, leaseClocks, type LeaseRecord, leaseSpec, readLease } from "./decide.ts";

const record: LeaseRecord = { holder: "other", transitions: 3, acquireTime: "2026-11-21T00:00:00.000000Z", resourceVersion: "7" };
const lease = (over: Partial<LeaseRecord>) => {
  const spec = leaseSpec({ ...record, ...over }, "2026-11-21T00:00:00.000000Z");
  return { apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata: { name: "drover-agent", resourceVersion: "7" }, spec };
};

test("a Lease that nobody made is created", () => {
  expect(decideLease(undefined, "me", 0)).toEqual({ kind: "create" });
});

test("another's Lease is waited for until it has not changed for its whole duration", () => {
  const seen = { record, sinceMs: 1_000 };
  expect(decideLease(seen, "me", 1_000 + leaseClocks.durationMs - 1)).toEqual({ kind: "wait", holder: "other" });
  expect(decideLease(seen, "me", 1_000 + leaseClocks.durationMs)).toEqual({ kind: "take", over: record });
});

test("a Lease that was let go, or that is ours from before a restart, is taken at once", () => {
  for (const holder of ["", "me"])
    expect(decideLease({ record: { ...record, holder }, sinceMs: 0 }, "me", 0)).toMatchObject({ kind: "take" });
});

test("what is written is what is read", () => {
  expect(readLease(lease({}))).toEqual(record);
});

test("another holder, or another process of the same name, has taken it", () => {
  expect(isTaken(lease({}), record)).toBe(false);
  expect(isTaken(lease({ transitions: 4 }), record)).toBe(true);
  expect(isTaken(lease({ holder: "third" }), record)).toBe(true);
  expect(isTaken(undefined, record)).toBe(false);
});
