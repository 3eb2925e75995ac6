import { addressBlock, DroverError } from "@drover/kit";
import { type OperationId, rolePermissions, routeTable } from "@drover/proto/rest";
import { expect, test } from "vitest";
import { fakeApi } from "../api-deps.fixture.ts";
import { trustedProxies } from "../client-address.ts";
import { createHttpServer, type HttpServer } from "./server.ts";

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

/** The codes of `attempts` failures that came through a proxy at 10.0.0.7, each for an address of its own when `attempt` says so. */
async function failures(server: HttpServer, attempts: number, forwardedFor: (attempt: number) => string): Promise<readonly number[]> {
  const codes = new Set<number>();
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const headers = { authorization: "Bearer stranger", "x-forwarded-for": forwardedFor(attempt) };
    codes.add((await server.app.inject({ url: "/v1/clusters", headers, remoteAddress: "10.0.0.7" })).statusCode);
  }
  return [...codes];
}

test("failures behind a trusted proxy are counted for whom it names, and nobody else waits for them", async () => {
  const server = createHttpServer(fakeApi().deps, { trusts: trustedProxies([addressBlock("10.0.0.0/8")]) });
  expect(await failures(server, 40, (attempt) => `198.51.100.${attempt}, 192.0.2.1`)).toEqual([401, 429]);
  expect(await failures(server, 1, () => "192.0.2.2")).toEqual([401]);
});

test("what a stranger writes into X-Forwarded-For changes nothing", async () => {
  const server = createHttpServer(fakeApi().deps, { trusts: trustedProxies([addressBlock("10.1.0.0/16")]) });
  expect(await failures(server, 40, (attempt) => `192.0.2.${attempt}`)).toEqual([401, 429]);
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
