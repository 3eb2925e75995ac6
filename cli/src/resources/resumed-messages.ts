import { setTimeout as delay } from "node:timers/promises";
import { DroverError } from "@drover/kit";
import { type ServerSentEvent, serverSentEvents } from "./server-sent-events.ts";

interface Resuming {
  /** Opens the stream behind this cursor; from the beginning when absent. */
  readonly open: (after: string | undefined) => AsyncIterable<string>;
  readonly after?: string | undefined;
  readonly say: (line: string) => void;
  readonly reconnectMs?: number;
  readonly silenceMs?: number;
}

/**
 * The messages of a stream that never ends: one that was cut, that the server ended to stop, or that is silent although the server says every 15 s
 * that it is there, goes on behind the last message. A server that has never answered is an error at once.
 */
export async function* resumedMessages({
  open,
  after,
  say,
  reconnectMs = 1_000,
  silenceMs = 45_000,
}: Resuming): AsyncGenerator<ServerSentEvent, void> {
  let reached = after;
  let answered = false;
  let told = false;
  const heard = (): void => {
    [answered, told] = [true, false];
  };
  for (;;) {
    try {
      for await (const message of serverSentEvents(unlessSilent(open(reached), silenceMs, heard))) {
        reached = message.id ?? reached;
        yield message;
      }
    } catch (error) {
      if (!answered || !(isCut(error) || isTooOld(error))) throw error;
      if (isTooOld(error)) {
        reached = undefined;
        say("too long ago to go on: beginning anew, without what happened meanwhile");
      }
    }
    if (!told) say("the stream was cut; going on when the server answers");
    told = true;
    await delay(reconnectMs);
  }
}

async function* unlessSilent(chunks: AsyncIterable<string>, silenceMs: number, heard: () => void): AsyncGenerator<string, void> {
  const iterator = chunks[Symbol.asyncIterator]();
  try {
    for (;;) {
      const enough = new AbortController();
      const silence = delay(silenceMs, "silent" as const, { signal: enough.signal }).catch(() => "heard" as const);
      const next = await Promise.race([iterator.next(), silence]);
      enough.abort();
      if (typeof next === "string") throw new DroverError("unavailable", "STREAM_CUT", "the server has gone silent");
      if (next.done === true) return;
      heard();
      yield next.value;
    }
  } finally {
    // A stream that hangs is left to its socket.
    void iterator.return?.(undefined);
  }
}

/** The server has forgotten what happened since, or knows another database. */
const isTooOld = (error: unknown): boolean => error instanceof DroverError && error.code === "EVENT_CURSOR_EXPIRED";

const passing = new Set(["STREAM_CUT", "SERVER_UNREACHABLE", "SERVER_DRAINING"]);
const isCut = (error: unknown): boolean =>
  error instanceof DroverError &&
  (passing.has(error.code) || error.kind === "unavailable" || error.kind === "timeout" || error.kind === "exhausted");
