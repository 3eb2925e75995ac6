import { expect, test } from "vitest";
import { fakeApi } from "../api-deps.fixture.ts";
import { createHttpServer } from "./server.ts";

const { app } = createHttpServer(fakeApi().deps);

test("the documentation is a page without inline scripts, and every file that it names is there", async () => {
  const { statusCode, headers, body } = await app.inject("/docs");
  expect([statusCode, headers["content-type"]]).toEqual([200, "text/html; charset=utf-8"]);
  expect(headers["content-security-policy"]).toContain("script-src 'self';");
  expect(body).not.toMatch(/<script(?! src=)|<style|\son\w+=|style=/);
  const named = [...body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path ?? "");
  expect(named).toContain("/openapi.json");
  for (const path of named) expect([path, (await app.inject(path)).statusCode]).toEqual([path, 200]);
});

test.each([
  "/docs/static/index.html",
  "/docs/static/oauth2-redirect.html",
  "/docs/static/../server.ts",
  "/docs/static/%2e%2e/package.json",
])("%s is not served", async (path) => {
  expect((await app.inject(path)).statusCode).toBeGreaterThanOrEqual(400);
});

test("a path with a slash too many leads to the page", async () => {
  expect((await app.inject("/docs/")).headers["location"]).toBe("/docs");
});
