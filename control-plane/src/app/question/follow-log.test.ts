import { expect, test } from "vitest";
import type { LogPosition } from "../../domain/question/log-lines.ts";
import { followLog } from "./follow-log.ts";

/** Says its lines, and then nothing until it is given up. */
async function* quietAfter(lines: readonly string[], signal: AbortSignal): AsyncGenerator<string, void> {
  yield* lines;
  signal.throwIfAborted();
  await new Promise<never>((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true }));
}

test("a question that has lived long enough is asked anew, and no line is lost or told twice", async () => {
  const asked: (LogPosition | undefined)[] = [];
  const ask = async (behind: LogPosition | undefined, signal: AbortSignal): Promise<AsyncIterable<string>> => {
    asked.push(behind);
    const again = ["2026-11-21T08:00:00.1Z one\n", "2026-11-21T08:00:00.2Z two\n2026-11-21T08:00:0"];
    if (asked.length === 1) return quietAfter(again, signal);
    return (async function* () {
      yield* ["2026-11-21T08:00:00.1Z one\n2026-11-21T08:00:00.2Z two\n", "2026-11-21T08:00:00.2Z three\n", "2026-11-21T08:00:01Z four\n"];
    })();
  };
  let text = "";
  const log = await followLog({ ask, after: undefined, withTimes: false, renewMs: 20, signal: new AbortController().signal });
  for await (const piece of log) text += piece.text;
  expect(text).toBe("one\ntwo\nthree\nfour\n");
  expect(asked).toEqual([undefined, { at: "2026-11-21T08:00:00.200000000Z", lines: 1 }]);
});

test("it ends with its reader, and fails as the cluster fails", async () => {
  const reader = new AbortController();
  const ask = async (_behind: unknown, signal: AbortSignal) => quietAfter(["2026-11-21T08:00:00Z one\n"], signal);
  const log = await followLog({ ask, after: undefined, withTimes: false, renewMs: 60_000, signal: reader.signal });
  const reading = (async () => {
    for await (const _piece of log) reader.abort(new Error("gone"));
  })();
  await expect(reading).rejects.toThrow("gone");
  const offline = async () => Promise.reject(new Error("offline"));
  const failing = followLog({ ask: offline, after: undefined, withTimes: false, renewMs: 60_000, signal: new AbortController().signal });
  await expect(failing).rejects.toThrow("offline");
});
