import { DroverError } from "@drover/kit";
import { type OperationId, rolePermissions, routeTable } from "@drover/proto/rest";
import { expect, test } from "vitest";
import { fakeApi } from "../api-deps.fixture.ts";
import { createHttpServer } from "./server.ts";

const callers = ["anonymous", "viewer", "operator", "admin"] as const;

/** Every operation as every caller. What the body holds does not matter: who may not, does not get so far. */
const table = Object.entries(routeTable).flatMap(([operation, route]) =>
  callers.map((caller) => ({
    operation: operation as OperationId,
    caller,
    allowed: route.permission === "public" || (caller !== "anonymous" && rolePermissions[caller].includes(route.permission)),
  })),
);

const { deps, ran, refusals } = fakeApi();
const { app } = createHttpServer(deps);

test.each(table)("$operation as $caller: $allowed", async ({ operation, caller, allowed }) => {
  ran.length = 0;
  refusals.length = 0;
  const { method, path } = routeTable[operation];
  const answer = await app.inject({
    method,
    url: path.replace("{digest}", `sha256:${"0".repeat(64)}`).replaceAll(/\{\w+\}/g, "x"),
    ...(method === "POST" ? { payload: {} } : {}),
    headers: caller === "anonymous" ? {} : { authorization: `Bearer ${caller}` },
  });
  const refusal = { anonymous: "TOKEN_MISSING", viewer: "PERMISSION_DENIED", operator: "PERMISSION_DENIED", admin: "PERMISSION_DENIED" }[
    caller
  ];
  const isRefused = answer.body.includes(`"code":"${refusal}"`);
  expect(isRefused).toBe(!allowed);
  // Operations that are let in do as they like; of the others nothing may be left but the record.
  const traces = allowed ? [] : [...ran, ...refusals.map(({ result }) => result)];
  expect(traces).toEqual(allowed || caller === "anonymous" || method === "GET" ? [] : ["refused"]);
});

test.each([
  { caller: "anonymous", status: 401, code: "TOKEN_MISSING" },
  { caller: "viewer", status: 403, code: "PERMISSION_DENIED" },
])("$caller is told $code with $status", async ({ caller, status, code }) => {
  const headers = caller === "anonymous" ? {} : { authorization: `Bearer ${caller}` };
  const answer = await app.inject({ method: "POST", url: "/v1/promotions", payload: {}, headers });
  expect([answer.statusCode, answer.json().code]).toEqual([status, code]);
});

test("a token that nobody has is refused, whatever it may read", async () => {
  const answer = await app.inject({ url: "/v1/clusters", headers: { authorization: "Bearer stranger" } });
  expect([answer.statusCode, answer.headers["www-authenticate"]]).toEqual([401, "Bearer"]);
});

test("an address that keeps failing has to wait", async () => {
  const codes = new Set<number>();
  for (let attempt = 0; attempt < 40; attempt += 1)
    codes.add((await app.inject({ url: "/v1/clusters", headers: { authorization: "Bearer stranger" } })).statusCode);
  expect([...codes]).toEqual([401, 429]);
});

test("an address that keeps failing to enrol has to wait", async () => {
  const refused = fakeApi((fake) => ({
    ...fake,
    agents: { ...fake.agents, renew: () => Promise.reject(new DroverError("unauthenticated", "SIGNATURE_INVALID", "renew: no")) },
  }));
  const server = createHttpServer(refused.deps);
  const payload = {
    cluster: "a".repeat(26),
    nonce: "n".repeat(16),
    counter: 0,
    newPublicKey: `U${"A".repeat(55)}`,
    signature: "x",
  };
  const codes = new Set<number>();
  for (let attempt = 0; attempt < 40; attempt += 1)
    codes.add((await server.app.inject({ method: "POST", url: "/v1/renew", payload })).statusCode);
  expect([...codes]).toEqual([401, 429]);
});
