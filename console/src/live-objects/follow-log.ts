import { backoffMs, type ErrorKind, fullJitter, toDroverError } from "@drover/kit";
import type { LogMessage, WatchSigns } from "@drover/proto/rest";
import { listen } from "../live/listen.ts";
import { appendLog, emptyLog, type LogBuffer } from "./log-buffer.ts";

export interface FollowDeps {
  watch(after: string | undefined, signs: Required<WatchSigns>, signal: AbortSignal): AsyncIterable<LogMessage>;
  read(buffer: LogBuffer): void;
  connection(connection: "reading" | "lost"): void;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** A connection that breaks midway has no kind of its own, and counts as internal. */
const passing: ReadonlySet<ErrorKind> = new Set(["unavailable", "timeout", "exhausted", "internal"]);
/** The server answers once the agent does, for which it waits fifteen seconds. */
const answerMs = 20_000;
const backoff = { firstMs: 500, factor: 2, maxMs: 15_000 };

/**
 * Reads lines until their container ends or the signal, and keeps at most so many. After a cut, or when neither lines nor signs of life
 * come, it goes on behind the last line; what the server refuses before it ever answered, or for good, is an error.
 */
export async function followLog({ watch, read, connection, sleep }: FollowDeps, maxLines: number, signal: AbortSignal): Promise<void> {
  let buffer = emptyLog;
  let position: string | undefined;
  let answered = false;
  const keep = (next: LogBuffer): void => read((buffer = next));
  for (let attempt = 0; !signal.aborted; attempt += 1) {
    const line = listen(signal, answerMs);
    const opened = (): void => {
      answered = true;
      line.heard();
      connection("reading");
      // Nobody knows which of the lines come again.
      if (position === undefined) keep(emptyLog);
    };
    try {
      for await (const message of watch(position, { opened, heard: line.heard }, line.signal)) {
        if (message.kind === "end") return buffer.rest === "" ? undefined : keep(appendLog(buffer, "\n", maxLines));
        attempt = 0;
        position = message.position ?? position;
        keep(appendLog(buffer, message.text, maxLines));
      }
    } catch (error) {
      if (!line.isSilent() && !(answered && passing.has(toDroverError(error).kind))) throw error;
    } finally {
      line.end();
    }
    if (signal.aborted) return;
    connection("lost");
    await sleep(fullJitter(backoffMs(backoff, attempt), Math.random()), signal);
  }
}
