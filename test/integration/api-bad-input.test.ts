import { promisify } from "node:util";
import { connect, type Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { expect, onTestFinished, test } from "vitest";
import { startApi, type TestApi } from "../support/api.ts";
import { waitUntil } from "../support/wait-until.ts";

/** Somebody else, who asks all the time. The test fails when one of those answers is late or wrong. */
async function othersAreServed(api: TestApi, during: () => Promise<void>): Promise<void> {
  const viewer = api.client(await api.tokenOf("viewer", "bystander"));
  let [going, served, slowestMs] = [true, 0, 0];
  const asking = (async () => {
    while (going) {
      const started = performance.now();
      await viewer("whoAmI");
      served += 1;
      slowestMs = Math.max(slowestMs, performance.now() - started);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  })();
  await during();
  const before = served;
  await waitUntil("others are served afterwards", () => served > before);
  going = false;
  await asking;
  // The test's own work is in the same process and on the same cores; a request that waited for the attack to end would take longer.
  expect(slowestMs).toBeLessThan(3_000);
}

const postJson = async (
  api: TestApi,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Readonly<Record<string, string>> = {},
  path = "/v1/promotions",
) => {
  const authorization = `Bearer ${await api.tokenOf("admin", "attacker")}`;
  const response = await fetch(api.baseUrl + path, {
    method: "POST",
    body,
    headers: { "content-type": "application/json", authorization, ...headers },
  });
  return { status: response.status, problem: (await response.json()) as { readonly code: string; readonly detail: string } };
};

const get = async (api: TestApi, pathAndQuery: string) => {
  const response = await fetch(api.baseUrl + pathAndQuery, { headers: { authorization: `Bearer ${await api.tokenOf("viewer")}` } });
  return { status: response.status, code: ((await response.json()) as { readonly code?: string }).code };
};

/** Bytes as they are: what fetch would mend or refuse. */
async function raw(
  api: TestApi,
  bytes: string | Buffer,
): Promise<{ readonly socket: Socket; readonly answer: () => string; readonly isClosed: () => boolean }> {
  const { port } = new URL(api.baseUrl);
  const socket = connect(Number(port), "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  let [answer, closed] = ["", false];
  socket.on("data", (chunk) => (answer += chunk.toString("latin1")));
  socket.on("error", () => {});
  socket.on("close", () => (closed = true));
  socket.write(bytes);
  return { socket, answer: () => answer, isClosed: () => closed };
}

test("bodies that are deep, wide, compressed or no text are refused, and others are served meanwhile", async () => {
  const api = await startApi();
  const deep = `{"reason":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
  const wide = `{${Array.from({ length: 80_000 }, (_, n) => `"k${n}":1`).join(",")}}`;
  const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024, " "));
  const notText = Buffer.concat([Buffer.from('{"reason":"'), Buffer.from([0xff, 0xfe, 0xc0]), Buffer.from('"}')]);
  await othersAreServed(api, async () => {
    expect(await postJson(api, deep)).toMatchObject({ status: 400, problem: { code: "REQUEST_INVALID" } });
    expect(await postJson(api, wide)).toMatchObject({ status: 400, problem: { code: "REQUEST_INVALID" } });
    expect(await postJson(api, bomb, { "content-encoding": "gzip" })).toMatchObject({ status: 400, problem: { code: "REQUEST_ENCODED" } });
    expect(await postJson(api, notText)).toMatchObject({ status: 400, problem: { code: "REQUEST_JSON_INVALID" } });
    expect(await postJson(api, `{"a":"${"x".repeat(2_000_000)}"}`)).toMatchObject({ status: 413, problem: { code: "REQUEST_TOO_LARGE" } });
    // The same where no token is asked for.
    expect(await postJson(api, deep, {}, "/v1/renew")).toMatchObject({ status: 400 });
    expect(await postJson(api, wide, {}, "/v1/webhooks/gitea")).toMatchObject({ status: 400 });
  });
});

test("query parameters that are unknown, doubled, too many or no text are refused", async () => {
  const api = await startApi();
  await othersAreServed(api, async () => {
    expect(await get(api, "/v1/clusters?stat=Offline")).toEqual({ status: 400, code: "REQUEST_INVALID" });
    expect(await get(api, "/v1/clusters?state=Offline&state=Stale")).toEqual({ status: 400, code: "REQUEST_INVALID" });
    expect(await get(api, `/v1/clusters?${"a&".repeat(7_000)}`)).toEqual({ status: 400, code: "REQUEST_INVALID" });
    expect(await get(api, "/v1/clusters?project=%ff%fe")).toMatchObject({ status: 400 });
    expect(await get(api, "/v1/clusters/%ff")).toEqual({ status: 400, code: "REQUEST_INVALID" });
    expect(await get(api, `/v1/clusters/${"x".repeat(5_000)}`)).toEqual({ status: 400, code: "REQUEST_INVALID" });
    expect(await get(api, "/v1/clusters?__proto__=1&constructor=2")).toEqual({ status: 400, code: "REQUEST_INVALID" });
    expect(await get(api, `/v1/clusters?${"a&".repeat(10_000)}`)).toEqual({ status: 431, code: "REQUEST_INVALID" });
    const million = await raw(api, `GET /v1/clusters?${"a&".repeat(1_000_000)} HTTP/1.1\r\nHost: x\r\n\r\n`);
    await waitUntil("a million parameters are cut off", million.isClosed);
    expect(million.answer()).toMatch(/^(HTTP\/1.1 431 |$)/);
  });
});

test("a page token that was tampered with, or is of another list, is refused", async () => {
  const api = await startApi();
  const key = (parts: readonly unknown[]) => Buffer.from(JSON.stringify(parts)).toString("base64url");
  for (const token of [
    "x",
    key([]),
    key(["AAAAAAAAAAA", "eu-1"]),
    key([{ a: 1 }]),
    key(["x", ["y"]]),
    "%00",
    key(["x", "y".repeat(500)]),
  ]) {
    expect(await get(api, `/v1/clusters?pageToken=${encodeURIComponent(token)}`)).toMatchObject({ status: 400 });
    expect(await get(api, `/v1/clusters/watch?after=${encodeURIComponent(`1-1~${token}`)}`)).toMatchObject({ status: 400 });
  }
});

test("clients that send half a request, a byte at a time, hold nobody up", async () => {
  const api = await startApi();
  const { server } = api.http.app;
  expect([server.headersTimeout, server.requestTimeout]).toEqual([30_000, 30_000]);
  const token = await api.tokenOf("admin", "slow");
  const head = `POST /v1/promotions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n`;
  await othersAreServed(api, async () => {
    const slow = await Promise.all(
      Array.from({ length: 200 }, (_, n) => raw(api, n % 2 === 0 ? `${head}{` : "GET /v1/clusters HTTP/1.1\r\nHo")),
    );
    const connections = promisify(server.getConnections.bind(server));
    await waitUntil("all of them are connected", async () => (await connections()) >= slow.length);
    for (const { socket } of slow) socket.write(" ");
  });
});

test("a head and a body that drip are cut when their time is over, with 408", async () => {
  const api = await startApi(undefined, undefined, { arrivalMs: 300 });
  const head = `POST /v1/renew HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n`;
  const dripping = [await raw(api, head), await raw(api, `${head}\r\n{`)];
  const drip = setInterval(() => {
    for (const { socket } of dripping) if (socket.writable) socket.write("x");
  }, 20);
  onTestFinished(() => clearInterval(drip));
  await waitUntil("both are cut", () => dripping.every(({ isClosed }) => isClosed()));
  for (const { answer } of dripping) expect(answer()).toMatch(/^(HTTP\/1.1 408 |$)/);
  expect((await fetch(`${api.baseUrl}/livez`)).status).toBe(200);
});

test("terminal escapes in names are refused, and never answered as they came", async () => {
  const api = await startApi();
  const escape = "\u001b]0;owned\u0007\u001b[31m";
  const name = await postJson(api, JSON.stringify({ name: `eu${escape}` }), {}, "/v1/clusters");
  expect(name).toMatchObject({ status: 400, problem: { code: "REQUEST_INVALID" } });
  const { status, problem } = await postJson(api, JSON.stringify({ [escape]: 1 }));
  expect(status).toBe(400);
  expect(JSON.stringify(problem)).not.toContain("\u001b");
});

test("headers that are no text, or too long, are refused before anything is done", async () => {
  const api = await startApi();
  const binary = await raw(
    api,
    Buffer.from(
      "GET /v1/whoami HTTP/1.1\r\nHost: x\r\nX-Request-Id: \xff\xfe\r\nAuthorization: Bearer \xff\r\nConnection: close\r\n\r\n",
      "latin1",
    ),
  );
  await waitUntil("it is answered", binary.isClosed);
  expect(binary.answer()).toMatch(/^HTTP\/1.1 401 /);
  expect(binary.answer()).toMatch(/x-request-id: [0-9a-f-]{36}/);
  const long = await raw(api, `GET /v1/whoami HTTP/1.1\r\nHost: x\r\nX-A: ${"a".repeat(100_000)}\r\n\r\n`);
  await waitUntil("it is cut off", long.isClosed);
  expect(long.answer()).toMatch(/^(HTTP\/1.1 431 |$)/);
});
