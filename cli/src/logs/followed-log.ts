import { resumedMessages } from "../resources/resumed-messages.ts";

type Open = (headers: Record<string, string>) => AsyncIterable<string>;

/** A log as it is written, until its container ends: a stream that was cut, or that has gone silent, goes on behind its last line. */
export async function* followedLog(
  open: Open,
  say: (line: string) => void,
  waits: { readonly reconnectMs?: number; readonly silenceMs?: number } = {},
): AsyncGenerator<string, void> {
  const openBehind = (position: string | undefined): AsyncIterable<string> =>
    open({ accept: "text/event-stream", ...(position === undefined ? {} : { "last-event-id": position }) });
  for await (const { event, data } of resumedMessages({ open: openBehind, say, ...waits })) {
    if (event === "End") return;
    yield (JSON.parse(data) as { readonly text: string }).text;
  }
}
