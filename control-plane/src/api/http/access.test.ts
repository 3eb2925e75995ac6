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
  const { method, path, permission } = routeTable[operation];
  const answer = await app.inject({
    method,
    url: path.replace("{digest}", `sha256:${"0".repeat(64)}`).replaceAll(/\{\w+\}/g, "x"),
    ...(method === "POST" ? { payload: {} } : {}),
    headers: caller === "anonymous" ? {} : { authorization: `Bearer ${caller}` },
  });
  if (allowed) {
    // A public operation may refuse for its own reasons, by its own codes.
    if (permission !== "public") expect([401, 403]).not.toContain(answer.statusCode);
    return;
  }
  expect(answer.statusCode).toBe(caller === "anonymous" ? 401 : 403);
  expect(answer.headers["content-type"]).toBe("application/problem+json; charset=utf-8");
  expect(answer.json()).toMatchObject({ code: caller === "anonymous" ? "TOKEN_MISSING" : "PERMISSION_DENIED" });
  expect(ran).toEqual([]);
  expect(refusals.length).toBe(caller !== "anonymous" && method !== "GET" ? 1 : 0);
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
