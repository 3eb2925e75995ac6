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

test.each(table)("$operation as $caller: $allowed", async ({ operation, caller, allowed }) => {
  const { deps, ran, refusals } = fakeApi();
  const { app } = createHttpServer(deps);
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
  const { app } = createHttpServer(fakeApi().deps);
  const headers = caller === "anonymous" ? {} : { authorization: `Bearer ${caller}` };
  const answer = await app.inject({ method: "POST", url: "/v1/promotions", payload: {}, headers });
  expect([answer.statusCode, answer.json().code]).toEqual([status, code]);
});

test("a token that nobody has is refused, whatever it may read", async () => {
  const { app } = createHttpServer(fakeApi().deps);
  const answer = await app.inject({ url: "/v1/clusters", headers: { authorization: "Bearer stranger" } });
  expect([answer.statusCode, answer.headers["www-authenticate"]]).toEqual([401, "Bearer"]);
});

test("an address that keeps failing has to wait", async () => {
  const { app } = createHttpServer(fakeApi().deps);
  const codes = new Set<number>();
  for (let attempt = 0; attempt < 40; attempt += 1)
    codes.add((await app.inject({ url: "/v1/clusters", headers: { authorization: "Bearer stranger" } })).statusCode);
  expect([...codes]).toEqual([401, 429]);
});
