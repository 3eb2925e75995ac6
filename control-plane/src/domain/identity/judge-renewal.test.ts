import { instant } from "@drover/kit";
import { expect, test } from "vitest";
import { judgeRenewal } from "./judge-renewal.ts";

const dayMs = 24 * 60 * 60 * 1000;
const now = instant(1_800_000_000_000);
const row = {
  state: "Enrolled" as const,
  renewals: 3,
  publicKey: "current",
  previousKey: undefined,
  jwtExpiresAt: instant(now + 20 * dayMs),
};
const request = { counter: 3, newPublicKey: "next" };

test.each([
  { name: "the key that is registered vouches for the next", row, request, want: "renew by current" },
  {
    name: "an identity that has expired may still be renewed",
    row: { ...row, jwtExpiresAt: instant(now - 179 * dayMs) },
    request,
    want: "renew by current",
  },
  { name: "but not for ever", row: { ...row, jwtExpiresAt: instant(now - 181 * dayMs) }, request, want: "RENEWAL_TOO_LATE" },
  {
    name: "a lost answer is given again",
    row: { ...row, publicKey: "next", previousKey: "old" },
    request: { ...request, counter: 2 },
    want: "again by old",
  },
  { name: "not to another key", row: { ...row, previousKey: "old" }, request: { ...request, counter: 2 }, want: "RENEWAL_COUNTER" },
  {
    name: "not once the overlap is over",
    row: { ...row, publicKey: "next" },
    request: { ...request, counter: 2 },
    want: "RENEWAL_COUNTER",
  },
  { name: "a copy that lags behind gives itself away", row, request: { ...request, counter: 1 }, want: "RENEWAL_COUNTER" },
  { name: "a counter from the future is none of ours", row, request: { ...request, counter: 4 }, want: "RENEWAL_COUNTER" },
  { name: "a revoked cluster renews nothing", row: { ...row, state: "Revoked" as const }, request, want: "CLUSTER_NOT_ENROLLED" },
  {
    name: "nor one that never enrolled",
    row: { ...row, state: "Pending" as const, publicKey: undefined },
    request,
    want: "CLUSTER_NOT_ENROLLED",
  },
])("$name", ({ row: before, request: asked, want }) => {
  const verdict = judgeRenewal(before, asked, now);
  expect(verdict.kind === "refused" ? verdict.code : `${verdict.kind} by ${verdict.signedBy}`).toBe(want);
});
