import { expect, test } from "vitest";
import { fakeApi } from "./api-deps.fixture.ts";
import { createAdmit } from "./admit.ts";
import { createAuthenticate } from "./authenticate.ts";
import { createFailedAttempts } from "./failed-attempts.ts";
import { createHttpServer } from "./http/server.ts";
import { createRequestLimits } from "./request-limits.ts";

function limitedServer(limits: { readonly perToken: number; readonly perAddress: number }) {
  const { deps } = fakeApi();
  const authenticate = createAuthenticate({ tokens: deps.tokens, failures: createFailedAttempts(deps.clock) });
  return createHttpServer(deps, { admit: createAdmit(deps, authenticate, createRequestLimits(limits)) }).app;
}

const as = (role: string) => ({ headers: { authorization: `Bearer ${role}` } });

test("a token that has spent its minute is told when to come back, and others are not held up", async () => {
  const app = limitedServer({ perToken: 3, perAddress: 100 });
  const codes = [];
  for (let n = 0; n < 4; n += 1) codes.push((await app.inject({ url: "/v1/whoami", ...as("viewer") })).statusCode);
  expect(codes).toEqual([200, 200, 200, 429]);
  const refused = await app.inject({ url: "/v1/clusters", ...as("viewer") });
  expect(refused.headers["content-type"]).toContain("application/problem+json");
  expect(refused.json()).toMatchObject({ status: 429, code: "TOO_MANY_REQUESTS" });
  expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
  expect(Number(refused.headers["retry-after"])).toBeLessThanOrEqual(60);
  expect((await app.inject({ url: "/v1/whoami", ...as("operator") })).statusCode).toBe(200);
});

test("an address without a token is held to its own limit, and probes to none", async () => {
  const app = limitedServer({ perToken: 100, perAddress: 2 });
  const push = async () => (await app.inject({ method: "POST", url: "/v1/renew", payload: {} })).statusCode;
  expect([await push(), await push(), await push()]).toEqual([400, 400, 429]);
  for (let n = 0; n < 5; n += 1) expect((await app.inject("/livez")).statusCode).toBe(200);
  expect((await app.inject({ url: "/v1/whoami", ...as("viewer") })).statusCode).toBe(200);
});
