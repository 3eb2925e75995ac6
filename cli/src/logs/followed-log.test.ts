import { DroverError } from "@drover/kit";
import { expect, test } from "vitest";
import { followedLog } from "./followed-log.ts";

const message = (id: string, text: string): string => `id: ${id}\ndata: ${JSON.stringify({ text })}\n\n`;

async function* cutAfter(chunks: readonly string[]): AsyncGenerator<string, void> {
  yield* chunks;
  throw new DroverError("unavailable", "STREAM_CUT", "the server ended the stream before its end");
}

async function* silentAfter(chunks: readonly string[]): AsyncGenerator<string, void> {
  yield* chunks;
  await new Promise(() => {});
}

async function* endedAfter(chunks: readonly string[]): AsyncGenerator<string, void> {
  yield* chunks;
}

async function readAll(streams: readonly AsyncIterable<string>[]) {
  const left = [...streams];
  const asked: (string | undefined)[] = [];
  const said: string[] = [];
  let text = "";
  const open = (headers: Record<string, string>): AsyncIterable<string> => {
    asked.push(headers["last-event-id"]);
    return left.shift() ?? endedAfter([]);
  };
  for await (const piece of followedLog(open, (line) => said.push(line), { reconnectMs: 1, silenceMs: 50 })) text += piece;
  return { text, asked, said: said.length };
}

test("a log that is cut, ended by a server that stops, or silent goes on behind its last line until its container ends", async () => {
  const streams = [
    cutAfter([message("p1", "one\n")]),
    endedAfter([message("p2", "two\n")]),
    silentAfter([":\n\n", message("p3", "three\n")]),
    endedAfter([message("p4", "four\n"), "event: End\ndata: {}\n\n"]),
  ];
  expect(await readAll(streams)).toEqual({ text: "one\ntwo\nthree\nfour\n", asked: [undefined, "p1", "p2", "p3"], said: 3 });
});

test("a log that nobody ever answered for is an error at once", async () => {
  const refused = cutAfter([]);
  await expect(readAll([refused])).rejects.toMatchObject({ code: "STREAM_CUT" });
});
