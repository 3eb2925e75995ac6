import { once } from "node:events";
import { type ClientHttp2Session, connect, constants, type IncomingHttpHeaders } from "node:http2";
import { gzipSync } from "node:zlib";
import { create, type JsonObject, toBinary } from "@bufbuild/protobuf";
import { CreateApplicationRequestSchema, CreateClusterRequestSchema, PauseRolloutRequestSchema } from "@drover/proto/grpc";
import { expect, onTestFinished, test } from "vitest";
import { call, failure, serve } from "../../control-plane/src/api/grpc/grpc-client.fixture.ts";

const invalidArgument = 3;
const exhausted = 8;

/** Bytes as they are, which no client library sends. Answers the trailers. */
async function callRaw(session: ClientHttp2Session, method: string, framed: Buffer, more = {}): Promise<IncomingHttpHeaders> {
  const stream = session.request({
    ":method": "POST",
    ":path": `/drover.v1.${method}`,
    "content-type": "application/grpc",
    authorization: "Bearer admin",
    te: "trailers",
    ...more,
  });
  stream.on("error", () => {});
  stream.end(framed);
  stream.resume();
  const told = new Promise<IncomingHttpHeaders>((resolve) => {
    stream.once("trailers", resolve);
    stream.once("response", (headers) => {
      if (headers["grpc-status"] !== undefined) resolve(headers);
    });
  });
  return Promise.race([told, once(stream, "close").then(() => ({}))]);
}

const framed = (message: Uint8Array, compressed = 0): Buffer => {
  const head = Buffer.alloc(5);
  head.writeUInt8(compressed, 0);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
};

const pause = toBinary(PauseRolloutRequestSchema, create(PauseRolloutRequestSchema, { rolloutId: "r1", reason: "wait a moment" }));
const named = (names: number): Record<string, string> => Object.fromEntries(Array.from({ length: names }, (_, n) => [`k${n}`, "v"]));
const wideLabels = toBinary(CreateClusterRequestSchema, create(CreateClusterRequestSchema, { name: "eu-1", labels: named(80_000) }));
const specOf = (spec: JsonObject): Uint8Array => toBinary(CreateApplicationRequestSchema, create(CreateApplicationRequestSchema, { spec }));

/** `[[[…]]]`, written from the inside: a library that writes it calls itself too deeply. */
function deepSpec(levels: number): Uint8Array {
  const within = (tag: number, inner: Buffer): Buffer => Buffer.concat([Buffer.from([tag, ...varint(inner.length)]), inner]);
  let value: Buffer = Buffer.from([0x20, 0x01]); // bool_value: true
  for (let level = 0; level < levels; level += 1) value = within(0x32, within(0x0a, value)); // list_value { values: … }
  const entry = Buffer.concat([within(0x0a, Buffer.from("a")), within(0x12, value)]);
  return within(((CreateApplicationRequestSchema.field["spec"]?.number ?? 0) << 3) | 2, within(0x0a, entry));
}

function varint(value: number): readonly number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)];
}

test.each([
  { name: "is cut off in a field", bytes: pause.subarray(0, 8), says: /premature/ },
  { name: "has a tag that is none", bytes: Buffer.from([0x07]), says: /illegal tag|wire type/ },
  { name: "holds text that is no UTF-8", bytes: Buffer.from([0x0a, 2, 0xff, 0xfe]), says: /UTF-8|encoded data/i },
  { name: "is noise", bytes: Buffer.from("\u00ff\u0001{}[]()", "latin1"), says: /PauseRolloutRequest/ },
])("a message that $name is the caller's fault, and is told so", async ({ bytes, says }) => {
  const { port } = await serve();
  const session = connect(`http://127.0.0.1:${port}`);
  onTestFinished(() => session.destroy());
  const trailers = await callRaw(session, "RolloutService/PauseRollout", framed(bytes));
  expect(trailers).toMatchObject({ "grpc-status": String(invalidArgument), "error-code": "REQUEST_INVALID" });
  expect(decodeURIComponent(String(trailers["grpc-message"]))).toMatch(says);
  expect(await callRaw(session, "RolloutService/PauseRollout", framed(pause))).toMatchObject({ "grpc-status": "0" });
});

test("a message nested a thousand levels deep is refused, and the next call is served", async () => {
  const { port } = await serve();
  const session = connect(`http://127.0.0.1:${port}`);
  onTestFinished(() => session.destroy());
  const trailers = await callRaw(session, "ApplicationService/CreateApplication", framed(deepSpec(1_000)));
  expect(trailers).toMatchObject({ "grpc-status": String(invalidArgument) });
  expect(await callRaw(session, "RolloutService/PauseRollout", framed(pause))).toMatchObject({ "grpc-status": "0" });
});

test.each([
  { name: "labels", method: "ClusterService/CreateCluster", bytes: wideLabels },
  { name: "members of a spec", method: "ApplicationService/CreateApplication", bytes: specOf(named(50_000)) },
])("a message of a great many $name is refused before it is read", async ({ method, bytes }) => {
  const { port } = await serve();
  const session = connect(`http://127.0.0.1:${port}`);
  onTestFinished(() => session.destroy());
  const trailers = await callRaw(session, method, framed(bytes));
  expect(trailers).toMatchObject({ "grpc-status": String(invalidArgument) });
  expect(decodeURIComponent(String(trailers["grpc-message"]))).toMatch(/more parts/);
  // Who may not call is told that, whatever it sent.
  const stranger = await callRaw(session, method, framed(bytes), { authorization: "Bearer stranger" });
  expect(stranger).toMatchObject({ "error-code": "TOKEN_INVALID" });
});

test("a message that unpacks to more than the limit is refused while it unpacks", async () => {
  const { port } = await serve();
  const session = connect(`http://127.0.0.1:${port}`);
  onTestFinished(() => session.destroy());
  const bomb = framed(gzipSync(Buffer.alloc(100 * 1024 * 1024)), 1);
  const trailers = await callRaw(session, "RolloutService/PauseRollout", bomb, { "grpc-encoding": "gzip" });
  expect(trailers).toMatchObject({ "grpc-status": String(exhausted) });
  expect(await callRaw(session, "RolloutService/PauseRollout", framed(pause))).toMatchObject({ "grpc-status": "0" });
});

test("streams that are begun and reset without end hold nobody up", async () => {
  const { port, rollouts } = await serve();
  const session = connect(`http://127.0.0.1:${port}`);
  onTestFinished(() => session.destroy());
  let isGone = false;
  session.on("error", () => {});
  session.on("close", () => (isGone = true));
  session.on("goaway", () => (isGone = true));
  const headers = {
    ":method": "POST",
    ":path": "/drover.v1.RolloutService/ListRollouts",
    "content-type": "application/grpc",
    te: "trailers",
  };
  for (let batch = 0; batch < 100 && !isGone; batch += 1) {
    for (let n = 0; n < 100 && !session.destroyed; n += 1) {
      const stream = session.request(headers);
      stream.on("error", () => {});
      stream.close(constants.NGHTTP2_CANCEL);
    }
    // Others are served between the bursts, by the same process.
    expect(await call(rollouts, "listRollouts", {}, "viewer")).toBeDefined();
  }
});

test("a message over the limit is refused, and the next call is served", async () => {
  const { rollouts } = await serve();
  const huge = { rolloutId: "r1", reason: "x".repeat(2 * 1024 * 1024) };
  expect(await failure(call(rollouts, "pauseRollout", huge))).toMatchObject({ code: exhausted });
  expect(await call(rollouts, "listRollouts", {}, "viewer")).toBeDefined();
});
