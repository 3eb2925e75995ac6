import { connect, type ClientHttp2Session, constants } from "node:http2";
import { once } from "node:events";
import { EventService, StrategyService } from "@drover/proto/grpc";
import type { Event } from "@drover/proto/rest";
import { type Metadata, status } from "@grpc/grpc-js";
import { expect, onTestFinished, test } from "vitest";
import { fakeApi } from "../api-deps.fixture.ts";
import { call, failure, metadata, serve } from "./grpc-client.fixture.ts";

const promote = { application: "web", environment: "staging", revision: "abc", reason: "try it" };

test("a request over 1 MiB is refused, and the connection goes on", async () => {
  const { promotions } = await serve();
  const huge = { ...promote, reason: "x".repeat(1024 * 1024) };
  expect(await failure(call(promotions, "promote", huge))).toMatchObject({ code: status.RESOURCE_EXHAUSTED });
  expect(await call(promotions, "promote", promote)).toMatchObject({ promotion: { id: "p1" } });
});

test("an edit needs if-match, and hands it on", async () => {
  const api = fakeApi();
  const { connect: connectTo } = await serve(api);
  const strategies = connectTo(StrategyService);
  const request = { strategy: "slow", spec: { waves: [{ name: "all" }] }, reason: "try it" };
  expect(await failure(call(strategies, "replaceStrategy", request))).toMatchObject({
    code: status.FAILED_PRECONDITION,
    errorCode: "IF_MATCH_REQUIRED",
  });
  expect(await call(strategies, "replaceStrategy", request, "admin", { "if-match": '"7"' })).toMatchObject({ edit: { commit: "c2" } });
  expect(api.ran).toEqual(["editObject"]);
});

type Watch = (request: object, metadata: Metadata) => AsyncIterable<unknown>;

test("a client that reads nothing delays itself alone, and is not read ahead for", async () => {
  const told: number[] = [];
  const long = "x".repeat(64 * 1024);
  async function* events(reader: number): AsyncGenerator<readonly Event[], void> {
    for (let n = 0; n < 500; n += 1) {
      told[reader] = n + 1;
      yield [{ cursor: `1-${n}`, at: "2026-11-21T08:00:00Z", kind: "Test", subject: "test/1", body: { long } }];
    }
  }
  let readers = 0;
  const { connect: connectTo, port } = await serve(
    fakeApi((deps) => ({ ...deps, events: { ...deps.events, watch: async () => events((readers += 1) - 1) } })),
  );
  // By hand: grpc-js's own client reads on whether or not anybody takes what it read.
  const slow = (await dial(port)).request({ ...headersOf("drover.v1.EventService/WatchEvents"), authorization: "Bearer viewer" });
  slow.end(emptyMessage);
  await once(slow, "response");
  const quick = connectTo(EventService) as unknown as { readonly watchEvents: Watch };
  let read = 0;
  for await (const _event of quick.watchEvents({}, metadata("viewer"))) read += 1;
  expect(read).toBe(500);
  expect(told[0]).toBeLessThan(100);
});

/** A connection without a gRPC library. */
async function dial(port: number): Promise<ClientHttp2Session> {
  const session = connect(`http://127.0.0.1:${port}`, { maxOutstandingPings: 100_000 });
  onTestFinished(() => session.destroy());
  session.on("error", () => {}); // the server may hang up on it
  await once(session, "connect");
  return session;
}

const headersOf = (method: string) => ({ ":method": "POST", ":path": `/${method}`, "content-type": "application/grpc", te: "trailers" });
const emptyMessage = Buffer.alloc(5); // not compressed, of no length

test.each([
  { name: "pings", flood: (session: ClientHttp2Session) => void session.ping(() => {}) },
  {
    name: "calls that are reset at once",
    flood: (session: ClientHttp2Session) => {
      const stream = session.request(headersOf("drover.v1.VersionService/GetVersion"));
      stream.on("error", () => {});
      stream.close(constants.NGHTTP2_CANCEL);
    },
  },
])("a flood of $name does not hold up others", async ({ flood }) => {
  const { port, rollouts } = await serve();
  const session = await dial(port);
  for (let round = 0; round < 20; round += 1) {
    for (let n = 0; n < 500 && !session.destroyed && !session.closed; n += 1) flood(session);
    const asked = call(rollouts, "getRollout", { rolloutId: "r1" }, "viewer", {}, { deadline: Date.now() + 5_000 });
    expect(await asked).toMatchObject({ rollout: { id: "r1" } });
  }
});
