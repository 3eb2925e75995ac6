import { DroverError } from "@drover/kit";
import type { LogMessage, WatchSigns } from "@drover/proto/rest";
import { expect, onTestFinished, test, vi } from "vitest";
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
      watch: async function* (after, { opened }) {
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

/** A server that answers, says for a while that it is there, and then neither writes nor ends. */
async function* hanging(signs: Required<WatchSigns>, signal: AbortSignal): AsyncGenerator<LogMessage, void> {
  signs.opened();
  yield line("p1", "one");
  for (let n = 0; n < 6; n += 1) {
    await vi.advanceTimersByTimeAsync(5_000);
    signal.throwIfAborted();
    signs.heard();
  }
  await vi.advanceTimersByTimeAsync(13_000);
  signal.throwIfAborted();
  yield line("p2", "never said");
}

test("a log whose stream hangs is lost once no sign of life came, and goes on behind its last line", async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const asked: (string | undefined)[] = [];
  const said: string[] = [];
  let lines: readonly string[] = [];
  await followLog(
    {
      watch: (after, signs, signal) => {
        asked.push(after);
        return asked.length === 1 ? hanging(signs, signal) : ended(signs);
      },
      read: (buffer) => (lines = buffer.lines),
      connection: (connection) => said.push(connection),
      sleep: () => Promise.resolve(),
    },
    100,
    new AbortController().signal,
  );
  expect({ asked, said, lines }).toEqual({ asked: [undefined, "p1"], said: ["reading", "lost", "reading"], lines: ["one", "two"] });
});

async function* ended({ opened }: Required<WatchSigns>): AsyncGenerator<LogMessage, void> {
  opened();
  yield line("p2", "two");
  yield end;
}
