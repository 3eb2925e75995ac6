import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { promotion } from "../../control-plane/src/api/api-deps.fixture.ts";
import { startApi } from "../support/api.ts";

const body = { application: "web", environment: "staging", revision: "abc", reason: "try it" };

/** An API whose promotion takes a moment and counts. */
async function countingApi() {
  let effects = 0;
  const api = await startApi((deps) => ({
    ...deps,
    commands: {
      ...deps.commands,
      promote: async () => {
        await delay(50);
        effects += 1;
        return { id: `p${effects}` };
      },
    },
    reads: { ...deps.reads, promotions: { ...deps.reads.promotions, get: async (id) => ({ ...promotion, id }) } },
  }));
  const operator = api.client(await api.tokenOf("operator"));
  return { ...api, operator, effects: () => effects };
}

test("ten requests at once with one key have one effect", async () => {
  const { operator, effects } = await countingApi();
  const idempotencyKey = randomUUID();
  const results = await Promise.allSettled(Array.from({ length: 10 }, () => operator("createPromotion", { body, idempotencyKey })));
  const codes = results.map((result) => (result.status === "fulfilled" ? result.value.id : (result.reason as { code: string }).code));
  expect(effects()).toBe(1);
  expect(new Set(codes)).toEqual(new Set(["p1", "IDEMPOTENCY_IN_PROGRESS"]));
  expect(await operator("createPromotion", { body, idempotencyKey })).toMatchObject({ id: "p1" });
});

test("a key belongs to its caller, and to one body", async () => {
  const { operator, effects, client, tokenOf } = await countingApi();
  const other = client(await tokenOf("operator", "bob"));
  await operator("createPromotion", { body, idempotencyKey: "k" });
  expect(await other("createPromotion", { body, idempotencyKey: "k" })).toMatchObject({ id: "p2" });
  await expect(operator("createPromotion", { body: { ...body, revision: "def" }, idempotencyKey: "k" })).rejects.toMatchObject({
    code: "IDEMPOTENCY_KEY_REUSED",
  });
  expect(effects()).toBe(2);
});

test("a key whose request died may be begun again, by the same request alone", async () => {
  const { operator, effects, database, deps } = await countingApi();
  await operator("createPromotion", { body, idempotencyKey: "k" });
  await database.query({ text: "update idempotency_keys set response = null, status = null, created_at = now() - interval '2 minutes'" });
  await expect(operator("createPromotion", { body: { ...body, reason: "x" }, idempotencyKey: "k" })).rejects.toMatchObject({
    code: "IDEMPOTENCY_KEY_REUSED",
  });
  await operator("createPromotion", { body, idempotencyKey: "k" });
  expect(effects()).toBe(2);
  expect(await deps.idempotency.begin("users/operator", "k", Buffer.from("else"))).toEqual({ kind: "other-request" });
});
