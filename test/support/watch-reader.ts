import { canonicalJson } from "@drover/kit";
import {
  type ClientOptions,
  type OperationId,
  routeTable,
  type Watched,
  watchList,
  type WatchId,
  type WatchInput,
} from "@drover/proto/rest";

type Message = Watched<WatchId> & { readonly name?: string; readonly object?: unknown };

/** Every watch that there is, with the operation of its list. */
export const watches: readonly { readonly watch: WatchId; readonly list: OperationId }[] = Object.entries(routeTable).flatMap(
  ([watch, { path, message }]) => {
    const list = Object.entries(routeTable).find(([, route]) => route.method === "GET" && `${route.path}/watch` === path)?.[0];
    return message === undefined || list === undefined ? [] : [{ watch: watch as WatchId, list: list as OperationId }];
  },
);

/** Somebody who follows a list, and knows of it only what its watch says. */
export interface WatchReader {
  readonly messages: readonly Message[];
  /** What the watch says there is, in no order. */
  items(): readonly string[];
  isSynced(): boolean;
  problem(): unknown;
}

/** Follows until the signal. With `before`, messages of an earlier stream, it goes on behind the last of them that has a cursor. */
export function readWatch(
  options: ClientOptions,
  watch: WatchId,
  input: { readonly params: object; readonly query?: object },
  signal: AbortSignal,
  before: readonly Message[] = [],
): WatchReader {
  const messages = [...before];
  const after = before.at(-1)?.cursor;
  let problem: unknown;
  const asked = { ...input, query: { ...input.query, ...(after === undefined ? {} : { after }) } } as unknown as WatchInput<WatchId>;
  void (async () => {
    for await (const message of watchList(options, watch, asked, signal)) messages.push(message as Message);
  })().catch((error: unknown) => (problem = signal.aborted ? undefined : error));
  return {
    messages,
    items: () => itemsOf(messages),
    isSynced: () => messages.some(({ type }) => type === "Synced"),
    problem: () => problem,
  };
}

function itemsOf(messages: readonly Message[]): readonly string[] {
  const items = new Map<string, unknown>();
  for (const { type, name = "", object } of messages)
    if (type === "Deleted") items.delete(name);
    else if (object !== undefined) items.set(name, object);
  return comparable([...items.values()]);
}

/** As a list's items are compared: times that every look or report renews are no news to a watch. */
export const comparable = (items: readonly unknown[]): readonly string[] =>
  items
    .map((item) => canonicalJson(JSON.parse(JSON.stringify(item, (key, value: unknown) => (renewed.includes(key) ? undefined : value)))))
    .toSorted();

const renewed = ["lastSeenAt", "lastUsedAt"];

/** Up to `count` of the places at which a stream may be cut, spread over all of it: behind any message that has a cursor. */
export function cutsOf(messages: readonly Message[], count: number): readonly (readonly Message[])[] {
  const ends = messages.flatMap(({ cursor }, index) => (cursor === undefined ? [] : [index + 1]));
  const chosen = ends.length <= count ? ends : Array.from({ length: count }, (_, n) => ends[Math.floor((n * ends.length) / count)] ?? 1);
  return [...new Set(chosen)].map((end) => messages.slice(0, end));
}
