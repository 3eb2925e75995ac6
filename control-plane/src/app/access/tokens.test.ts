import { createHash } from "node:crypto";
import { instant } from "@drover/kit";
import { expect, test } from "vitest";
import { type ApiTokenStore, createApiTokens, type StoredToken } from "./tokens.ts";

function oneToken() {
  let now = 0;
  const looked: string[] = [];
  const token: StoredToken = {
    id: "t1",
    hash: createHash("sha256").digest(),
    subject: "ada",
    role: "viewer",
    approves: [],
    overrides: [],
    expiresAt: instant(60_000),
    revoked: false,
  };
  const state = { revoked: false };
  const store: Pick<ApiTokenStore, "find"> = {
    find: async (id) => {
      looked.push(id);
      return { ...token, revoked: state.revoked };
    },
  };
  const clock = { now: () => instant(now), monotonicMs: () => now, sleep: async () => {} };
  return { tokens: createApiTokens({ store: store as ApiTokenStore, clock }), looked, state, at: (ms: number) => (now = ms) };
}

test("a thousand streams of one token look once in a second, and all learn of its end", async () => {
  const { tokens, looked, state, at } = oneToken();
  const ask = () => Promise.all(Array.from({ length: 1_000 }, () => tokens.stillGood("t1")));
  expect(new Set(await ask())).toEqual(new Set([true]));
  expect(looked).toHaveLength(1);
  state.revoked = true;
  at(1_001);
  expect(new Set(await ask())).toEqual(new Set([false]));
  expect(looked).toHaveLength(2);
});
