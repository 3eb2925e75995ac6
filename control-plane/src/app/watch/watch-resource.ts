import type { Clock } from "@drover/kit/node";
import type { Event } from "@drover/proto/rest";
import type { EventFilter } from "../history/event-reads.ts";
import type { EventWatch } from "../history/watch-events.ts";
import type { Page, PageKey, PageRequest } from "../page.ts";
import { coveredKeys, coversSeveral } from "./covered-keys.ts";
import { orQuiet } from "./or-quiet.ts";
import { createSentObjects, type SentObjects } from "./sent-objects.ts";

/** A list that can be followed: which events concern it, and how to read anew what they speak of. */
export interface Watched<Item = unknown> {
  readonly events: EventFilter;
  /** Keys of the objects that an event may have changed. One that ends in `/` means all keys below it, `+/x` all that end in `/x`, and `/` every object. */
  readonly subjectsOf: (event: Event) => readonly string[];
  /** Whether its subjects began with the event: a reader that resumes before it has none of them. Unknown when absent. */
  readonly creates?: (event: Event) => boolean;
  /** What the name of the event's subject was, where it is not the subject: for a reader that may have it from before. */
  readonly nameIn?: (event: Event) => string | undefined;
  /** Nothing of it is ever taken away: what is not there never was. */
  readonly isLasting?: true;
  keyOf(item: Item): string;
  /** What the get operation takes. */
  nameOf(item: Item): string;
  /** What a change has to be seen in; the item itself when absent. */
  shapeOf?(item: Item): unknown;
  /** As the reader filters it. */
  readonly list: (page: PageRequest) => Promise<Page<Item>>;
  /** Of the subjects, what the reader's filter lets through. */
  readonly matching: (subjects: readonly string[]) => Promise<readonly Item[]>;
  /** Of the subjects, what is there. */
  readonly existing: (subjects: readonly string[]) => Promise<readonly Item[]>;
}

/** Where a reader stands: behind an event, and within the first listing behind a page of it. */
export interface WatchPosition {
  readonly event: string;
  readonly listed?: PageKey;
}

export type ResourceChange =
  | { readonly type: "Added" | "Modified"; readonly name: string; readonly object: unknown; readonly position?: WatchPosition }
  | { readonly type: "Deleted"; readonly name: string; readonly position?: WatchPosition }
  | { readonly type: "Synced" | "Bookmark"; readonly position: WatchPosition };

/**
 * Changes in batches, until the signal. Without a position all that is there comes first, then Synced; with one it goes on behind it. Only a
 * change behind which nothing is left to say has a position: who resumes there misses nothing. Where nothing happens for a while a Bookmark has
 * the newest position: a reader's place does not grow too old, and it knows that the stream lives. A slow reader delays only itself.
 */
export type WatchResource = (
  watched: Watched,
  after: WatchPosition | undefined,
  signal: AbortSignal,
) => Promise<AsyncIterable<readonly ResourceChange[]>>;

const pageSize = 250;

/** One look into the database for each stream and minute. */
const bookmarkMs = 60_000;

interface ResourceWatchDeps {
  readonly events: Pick<EventWatch, "now" | "watch" | "list">;
  readonly clock: Pick<Clock, "sleep">;
}

export const createResourceWatch =
  ({ events, clock }: ResourceWatchDeps): WatchResource =>
  async (watched, after, signal) => {
    // Before the listing: what changes meanwhile is told twice rather than never.
    const event = after?.event ?? (await events.now());
    const batches = await events.watch(watched.events, event, signal);
    const isBehindListing = after !== undefined && after.listed === undefined;
    const sent = createSentObjects(after !== undefined);
    return (async function* () {
      if (!isBehindListing) yield* listing(watched, sent, { event, ...(after?.listed && { listed: after.listed }) }, signal);
      let reached = event;
      for await (const batch of orQuiet(batches, bookmarkMs, clock, signal)) {
        const changes = batch === "quiet" ? await bookmark(events, watched, reached) : await changesOf(watched, sent, batch);
        reached = (batch === "quiet" ? changes.at(-1)?.position?.event : batch.at(-1)?.cursor) ?? reached;
        if (changes.length > 0) yield changes;
      }
    })();
  };

/** Behind all that was read, if nothing that concerns the reader is on its way. */
async function bookmark(events: Pick<EventWatch, "list">, watched: Watched, reached: string): Promise<readonly ResourceChange[]> {
  const { events: coming, next } = await events.list(watched.events, reached, 1);
  return coming.length > 0 ? [] : [{ type: "Bookmark", position: { event: next } }];
}

async function* listing(
  watched: Watched,
  sent: SentObjects,
  from: WatchPosition,
  signal: AbortSignal,
): AsyncGenerator<readonly ResourceChange[], void> {
  let after = from.listed;
  while (!signal.aborted) {
    const page = await watched.list({ size: pageSize, after });
    const changes: ResourceChange[] = page.items.map((item, index) => {
      sent.remember(identityOf(watched, item), shapeOf(watched, item));
      const isLast = index === page.items.length - 1 && page.next !== undefined;
      const position = isLast ? { position: { event: from.event, listed: page.next } } : {};
      return { type: "Added", name: watched.nameOf(item), object: item, ...position };
    });
    after = page.next;
    if (after !== undefined) yield changes;
    else return yield [...changes, { type: "Synced", position: { event: from.event } } satisfies ResourceChange];
  }
}

const identityOf = (watched: Watched, item: unknown) => ({ key: watched.keyOf(item), name: watched.nameOf(item) });
const shapeOf = (watched: Watched, item: unknown): unknown => watched.shapeOf?.(item) ?? item;

/** Each subject once, in the order of its last event: behind that event's cursor nothing of it is left to say. */
async function changesOf(watched: Watched, sent: SentObjects, batch: readonly Event[]): Promise<readonly ResourceChange[]> {
  const last = new Map<string, Event>();
  const began = new Set<string>();
  for (const event of batch)
    for (const subject of watched.subjectsOf(event)) {
      last.delete(subject);
      last.set(subject, event);
      if (watched.creates?.(event)) began.add(subject);
    }
  if (last.size === 0) return [];
  for (const subject of began) sent.began(subject);
  const items = byKey(watched, await watched.matching([...last.keys()]));
  const gone = await goneOf(watched, sent, last, items);
  return [...last].flatMap(([subject, { cursor: event }]) => {
    const found = take(items, subject);
    if (began.has(subject)) for (const item of found) sent.began(watched.keyOf(item));
    const changes = [...changed(watched, sent, found), ...take(gone, subject).map((one) => deleted(sent, one))];
    return changes.map((change, index) => (index === changes.length - 1 ? { ...change, position: { event } } : change));
  });
}

const byKey = (watched: Watched, items: readonly unknown[]): Map<string, unknown> =>
  new Map(items.map((item) => [watched.keyOf(item), item]));

/** Out of the map: what two subjects cover is told once. */
function take<Value>(from: Map<string, Value>, subject: string): readonly Value[] {
  const keys = coversSeveral(subject) ? coveredKeys(from.keys(), subject) : [subject];
  return keys.flatMap((key) => {
    const value = from.get(key);
    return value !== undefined && from.delete(key) ? [value] : [];
  });
}

const changed = (watched: Watched, sent: SentObjects, items: readonly unknown[]): readonly ResourceChange[] =>
  items.flatMap((item) => {
    const type = sent.remember(identityOf(watched, item), shapeOf(watched, item));
    return type === undefined ? [] : [{ type, name: watched.nameOf(item), object: item }];
  });

function deleted(sent: SentObjects, { key, name }: { readonly key: string; readonly name: string }): ResourceChange {
  sent.forget(key);
  return { type: "Deleted", name };
}

/** What the reader has, or may have from before, and does not match any more. */
async function goneOf(watched: Watched, sent: SentObjects, last: ReadonlyMap<string, Event>, items: ReadonlyMap<string, unknown>) {
  const subjects = [...last.keys()];
  const gone = new Map<string, { readonly key: string; readonly name: string }>();
  const note = (key: string, name: string): void => {
    if (!items.has(key) && !sent.isAbsent(key)) gone.set(key, { key, name });
  };
  const strangers = sent.isComplete() ? [] : subjects.filter((subject) => sent.nameOf(subject) === undefined && !items.has(subject));
  if (watched.isLasting !== true)
    for (const subject of strangers) if (!coversSeveral(subject)) note(subject, watched.nameIn?.(last.get(subject)!) ?? subject);
  if (strangers.length > 0) for (const item of await watched.existing(strangers)) note(watched.keyOf(item), watched.nameOf(item));
  for (const subject of subjects)
    for (const key of coversSeveral(subject) ? sent.below(subject) : [subject]) {
      const name = sent.nameOf(key);
      if (name !== undefined) note(key, name);
    }
  return gone;
}
