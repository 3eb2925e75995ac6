import { expect, test } from "vitest";
import { fakeApi } from "../api-deps.fixture.ts";
import { createHttpServer } from "./server.ts";

const { app } = createHttpServer(fakeApi().deps);

test("the type of a problem leads to what the error means, without a token", async () => {
  const { type } = (await app.inject("/v1/clusters")).json<{ readonly type: string }>();
  const { statusCode, headers, body } = await app.inject(type);
  expect([statusCode, headers["content-type"]]).toEqual([200, "text/plain; charset=utf-8"]);
  expect(body).toMatch(/^TOKEN_MISSING \(HTTP 401, gRPC 16\)\n\n.+\n\nLikely cause: .+\nWhat to do: .+\n$/);
});

test.each(["/errors/NO_SUCH_CODE", "/errors/constructor", "/errors/", "/errors/%00"])("%s is a problem of its own", async (path) => {
  const answer = await app.inject(path);
  expect([answer.statusCode >= 400 && answer.statusCode < 500, answer.headers["content-type"]]).toEqual([
    true,
    "application/problem+json; charset=utf-8",
  ]);
});
