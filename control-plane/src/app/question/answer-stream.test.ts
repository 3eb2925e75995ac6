import { type Instant, instant } from "@drover/kit";
import type { Clock } from "@drover/kit/node";
import type { AnswerChunk } from "@drover/proto/wire";
import { expect, test } from "vitest";
import { createAnswerStream } from "./answer-stream.ts";

/** Time passes only in sleeps, and at once. */
function hastyClock(): Clock {
  let now = 0;
  return {
    now: (): Instant => instant(now),
    monotonicMs: () => now,
    async sleep(ms) {
      await new Promise((resolve) => setImmediate(resolve)); // whoever has something to deliver comes first
      now += ms;
    },
  };
}

const chunk = (index: number, over: Partial<AnswerChunk> = {}): AnswerChunk => ({
  cluster: "c".repeat(26),
  id: "q".repeat(26),
  index,
  last: false,
  text: `${index} `,
  ...over,
});

const open = (signal: AbortSignal = new AbortController().signal) =>
  createAnswerStream({ cluster: "eu-1", patience: { firstMs: 15_000, nextMs: 15_000 }, clock: hastyClock(), signal });

async function read(pieces: AsyncIterable<string>): Promise<string> {
  let text = "";
  for await (const piece of pieces) text += piece;
  return text;
}

test("chunks that come twice are read once", async () => {
  const stream = open();
  const all = [chunk(0), chunk(0), chunk(1), chunk(2, { last: true })];
  const receipts = Promise.all(all.map((one) => stream.deliver(one)));
  expect(await read(stream.pieces())).toBe("0 1 2 ");
  expect(await receipts).toEqual(["continue", "continue", "continue", "stop"]);
});

test("a slow reader makes the agent wait, and one that leaves makes it stop", async () => {
  const stream = open();
  const pieces = stream.pieces();
  const answered: string[] = [];
  for (let index = 0; index < 12; index += 1) void stream.deliver(chunk(index)).then((kind) => answered.push(kind));
  await new Promise((resolve) => setImmediate(resolve));
  expect(answered).toEqual(Array.from({ length: 8 }, () => "continue"));
  await pieces.next();
  await pieces.return();
  await new Promise((resolve) => setImmediate(resolve));
  expect(answered.slice(8)).toEqual(["stop", "stop", "stop", "stop"]);
});

test("an agent that says nothing is silent", async () => {
  await expect(read(open().pieces())).rejects.toMatchObject({ code: "CLUSTER_SILENT", kind: "timeout" });
});

test.each([
  ["OBJECT_NOT_FOUND", "not-found"],
  ["QUERY_BUSY", "exhausted"],
  ["KUBE_UNAVAILABLE", "unavailable"],
])("%s of an agent fails the asker's call as %s", async (code, kind) => {
  const stream = open();
  void stream.deliver(chunk(0, { last: true, error: { code, message: "no" } }));
  await expect(read(stream.pieces())).rejects.toMatchObject({ code, kind });
});

test("a code that is none is not passed on", async () => {
  const stream = open();
  void stream.deliver(chunk(0, { last: true, error: { code: "<script>", message: "no" } }));
  await expect(read(stream.pieces())).rejects.toMatchObject({ code: "ANSWER_FAILED" });
});
