import { DroverError } from "@drover/kit";
import { type ClientOptions, type FetchResponse, type Input, type Loose, sendRequest } from "./client.ts";
import { problemMediaType } from "./problem-media-type.ts";
import type { Event } from "./record.ts";
import type { Message, Query, WatchId } from "./routes.ts";

/** A message is at most this long; a longer line is no stream of ours. */
const maxLine = 4 * 1024 * 1024;

/** What becomes of a stream beside what it tells. */
export interface WatchSigns {
  /** The server follows: what is read after that and what the events say leave no gap between them. */
  opened?(): void;
  /** The server said something, be it only that it is still there; it does so every few seconds. */
  heard?(): void;
}

/**
 * Events as they happen, until the signal. Ends when the server or the network ends the stream: call again with `after` set to
 * the last event's cursor, and nothing is lost or seen twice.
 */
export async function* watchEvents(
  options: ClientOptions,
  query: Loose<Query<"watchEvents">>,
  signal: AbortSignal,
  signs: WatchSigns = {},
): AsyncGenerator<Event, void> {
  const response = await sendRequest(options, "watchEvents", { query, signal });
  signs.opened?.();
  for await (const { data } of messagesOf(response, () => signs.heard?.())) yield JSON.parse(data) as Event;
}

/** Where a watch is told to begin: what its list is asked for, and behind which message. */
export type WatchInput<Id extends WatchId> = Pick<Input<Id>, "params" | "query">;

/** A change, and where to go on behind it. Without a cursor there is more to come of the same event. */
export type Watched<Id extends WatchId> = Message<Id> & { readonly cursor?: string };

/**
 * Follows a list until the signal. Ends when the server or the network ends the stream: call again with `query.after` set to the last
 * cursor, and nothing is lost. EVENT_CURSOR_EXPIRED says that too much time has passed: call again without it, and forget what you have.
 */
export async function* watchList<const Id extends WatchId>(
  options: ClientOptions,
  operation: Id,
  input: WatchInput<Id>,
  signal: AbortSignal,
): AsyncGenerator<Watched<Id>, void> {
  const response = await sendRequest(options, operation, { ...(input as object), signal });
  for await (const { id, data } of messagesOf(response))
    yield { ...(JSON.parse(data) as Message<Id>), ...(id === undefined ? {} : { cursor: id }) };
}

/** Lines of a log, and where to go on behind them; or that its container has ended. */
export type LogMessage = { readonly kind: "lines"; readonly text: string; readonly position?: string } | { readonly kind: "end" };

/**
 * Follows a pod's lines until its container ends or the signal. A stream that stops without an end was cut: call again with the last
 * position, and no line is lost or read twice.
 */
export async function* watchLog(
  options: ClientOptions,
  { params, query }: Pick<Input<"getApplicationLogs">, "params" | "query">,
  after: string | undefined,
  signal: AbortSignal,
  signs: WatchSigns = {},
): AsyncGenerator<LogMessage, void> {
  const headers = { accept: `text/event-stream, ${problemMediaType}`, ...(after === undefined ? {} : { "last-event-id": after }) };
  const response = await sendRequest(options, "getApplicationLogs", { params, query: { ...query, follow: true }, headers, signal });
  signs.opened?.();
  for await (const { id, event, data } of messagesOf(response, () => signs.heard?.())) {
    if (event === "End") return yield { kind: "end" };
    yield { kind: "lines", ...(JSON.parse(data) as { readonly text: string }), ...(id === undefined ? {} : { position: id }) };
  }
}

interface StreamMessage {
  readonly id: string | undefined;
  readonly event: string | undefined;
  readonly data: string;
}

async function* messagesOf({ body }: Pick<FetchResponse, "body">, heard: () => void = () => {}): AsyncGenerator<StreamMessage, void> {
  if (body === null) return;
  let id: string | undefined;
  let event: string | undefined;
  let data = "";
  for await (const line of linesOf(body, heard)) {
    if (line.startsWith("id:")) id = line.slice(3).trim();
    if (line.startsWith("event:")) event = line.slice(6).trim();
    if (line.startsWith("data:")) data += line.slice(5);
    if (line !== "") continue;
    if (data !== "") yield { id, event, data };
    [id, event, data] = [undefined, undefined, ""];
  }
}

async function* linesOf(body: AsyncIterable<Uint8Array>, heard: () => void): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of body) {
    heard();
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > maxLine) throw new DroverError("invalid", "EVENT_STREAM_INVALID", "watch: a line is longer than any message");
    yield* lines;
  }
}
