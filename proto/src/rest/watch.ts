import { DroverError } from "@drover/kit";
import { type ClientOptions, type Loose, sendRequest } from "./client.ts";
import type { Event } from "./record.ts";
import type { Query } from "./routes.ts";

/** An event is at most this long; a longer line is no event stream of ours. */
const maxLine = 1024 * 1024;

/**
 * Events as they happen, until the signal. Ends when the server or the network ends the stream: call again with `after` set to
 * the last event's cursor, and nothing is lost or seen twice. `opened` is called when the server follows: what is read after that
 * and what the events say leave no gap between them.
 */
export async function* watchEvents(
  options: ClientOptions,
  query: Loose<Query<"watchEvents">>,
  signal: AbortSignal,
  opened: () => void = () => {},
): AsyncGenerator<Event, void> {
  const response = await sendRequest(options, "watchEvents", { query, signal });
  opened();
  if (response.body === null) return;
  let data = "";
  for await (const line of linesOf(response.body)) {
    if (line.startsWith("data:")) data += line.slice(5);
    if (line !== "" || data === "") continue;
    yield JSON.parse(data) as Event;
    data = "";
  }
}

async function* linesOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > maxLine) throw new DroverError("invalid", "EVENT_STREAM_INVALID", "watch events: a line is longer than any event");
    yield* lines;
  }
}
