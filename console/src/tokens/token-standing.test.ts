import { expect, test } from "vitest";
import { tokenStanding } from "./token-standing.ts";

const now = Date.parse("2026-11-21T08:00:00Z");

test.each([
  { token: { expiresAt: "2026-11-22T08:00:00Z" }, want: "Good" },
  { token: { expiresAt: "2026-11-21T08:00:00Z" }, want: "Expired" },
  { token: { expiresAt: "2026-11-20T08:00:00Z", revokedAt: "2026-11-19T08:00:00Z" }, want: "Revoked" },
])("a token is $want", ({ token, want }) => expect(tokenStanding(token, now)).toBe(want));
