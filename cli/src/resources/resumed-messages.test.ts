import { DroverError } from "@drover/kit";
import { expect, test } from "vitest";
import { resumedMessages } from "./resumed-messages.ts";

const hang = Symbol("hang");
type Piece = string | Error | typeof hang;

/** A server whose n-th stream gives these pieces, and then ends. */
function server(...streams: readonly (readonly Piece[])[]) {
  const asked: (string | undefined)[] = [];
  const open = async function* (after: string | undefined): AsyncGenerator<string, void> {
    for (const piece of streams[asked.push(after) - 1] ?? []) {
      if (piece instanceof Error) throw piece;
      if (piece === hang) await new Promise(() => {});
      else yield piece;
    }
  };
  return { open, asked };
}

const quick = { reconnectMs: 1, silenceMs: 50 };
const message = (id: number): string => `id: ${id}\ndata: ${id}\n\n`;
const away = new DroverError("unavailable", "SERVER_UNREACHABLE", "nobody there");

async function firstOf(count: number, messages: AsyncIterable<{ readonly data: string }>): Promise<readonly string[]> {
  const seen: string[] = [];
  for await (const { data } of messages) if (seen.push(data) === count) break;
  return seen;
}

test.each<{ readonly name: string; readonly end: readonly Piece[] }>([
  { name: "was cut", end: [new DroverError("unavailable", "STREAM_CUT", "cut")] },
  { name: "the server ended", end: [] },
  { name: "has gone silent", end: [hang] },
])("a stream that $name goes on behind the last message, and that is told once", async ({ end }) => {
  const said: string[] = [];
  const { open, asked } = server([message(1), ...end], [away], [away], [":\n\n", message(2)]);
  expect(await firstOf(2, resumedMessages({ ...quick, open, say: (line) => said.push(line) }))).toEqual(["1", "2"]);
  expect(asked).toEqual([undefined, "1", "1", "1"]);
  expect(said).toHaveLength(1);
});

test("a server that never answered is an error, and so is a refusal", async () => {
  const never = resumedMessages({ ...quick, open: server([away]).open, say: () => {} });
  await expect(firstOf(1, never)).rejects.toBe(away);
  const refusal = new DroverError("forbidden", "PERMISSION_DENIED", "no");
  const refused = resumedMessages({ ...quick, open: server([message(1), refusal]).open, say: () => {} });
  await expect(firstOf(2, refused)).rejects.toBe(refusal);
});

test("a place that is too old is given up: the stream begins anew, and that is told", async () => {
  const said: string[] = [];
  const expired = new DroverError("invalid", "EVENT_CURSOR_EXPIRED", "too old");
  const { open, asked } = server([message(1)], [expired], [message(7)]);
  expect(await firstOf(2, resumedMessages({ ...quick, open, say: (line) => said.push(line) }))).toEqual(["1", "7"]);
  expect(asked).toEqual([undefined, "1", undefined]);
  expect(said.join("\n")).toContain("beginning anew");
});
