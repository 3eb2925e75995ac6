import { DroverError } from "@drover/kit";
import type { LogMessage } from "@drover/proto/rest";
import { expect, test } from "vitest";
import { followLog } from "./follow-log.ts";
import { emptyLog } from "./log-buffer.ts";

type Stream = readonly (LogMessage | Error)[];

const line = (position: string | undefined, text: string): LogMessage => ({
  kind: "lines",
  text: `${text}\n`,
  ...(position === undefined ? {} : { position }),
});
const end: LogMessage = { kind: "end" };
const cut = new TypeError("network error");

async function follow(streams: readonly Stream[]) {
  const left = [...streams];
  const asked: (string | undefined)[] = [];
  const said: string[] = [];
  let buffer = emptyLog;
  await followLog(
    {
      watch: async function* (after, opened) {
        asked.push(after);
        for (const [index, message] of (left.shift() ?? []).entries()) {
          if (index === 0 && !(message instanceof DroverError)) opened();
          if (message instanceof Error) throw message;
          yield message;
        }
      },
      read: (next) => (buffer = next),
      connection: (connection) => said.push(connection),
      sleep: () => Promise.resolve(),
    },
    100,
    new AbortController().signal,
  );
  return { lines: buffer.lines, asked, said };
}

test("a log that is cut, or ended by a server that stops, goes on behind its last line", async () => {
  const gone = new DroverError("unavailable", "SERVER_UNREACHABLE", "nobody answers");
  expect(await follow([[line("p1", "one"), cut], [gone], [line("p2", "two")], [line("p3", "three"), end]])).toEqual({
    lines: ["one", "two", "three"],
    asked: [undefined, "p1", "p1", "p2"],
    said: ["reading", "lost", "lost", "reading", "lost", "reading"],
  });
});

test("without a position it begins anew, and no line stands twice", async () =>
  expect(
    (
      await follow([
        [line(undefined, "one"), cut],
        [line("p1", "one"), line("p2", "two"), end],
      ])
    ).lines,
  ).toEqual(["one", "two"]));

test.each([
  { name: "a log that was never answered for", streams: [[new DroverError("unavailable", "CLUSTER_OFFLINE", "eu-1 is offline")]] },
  {
    name: "a right that was taken away",
    streams: [[line("p1", "one")], [new DroverError("forbidden", "PERMISSION_DENIED", "no logs.read")]],
  },
])("$name is an error at once", async ({ streams }) => expect(follow(streams)).rejects.toBeInstanceOf(DroverError));
