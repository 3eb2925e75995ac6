import { connect, constants } from "node:http2";
import { expect, onTestFinished, test } from "vitest";
import { call, failure, serve } from "../../control-plane/src/api/grpc/grpc-client.fixture.ts";

const exhausted = 8;

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
