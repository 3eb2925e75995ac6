import { DroverError } from "@drover/kit";
import type { Clock, Log } from "@drover/kit/node";
import type { Event } from "@drover/proto/rest";
import { type EventFilter, type EventPosition, type EventReads, eventCursor, furthest, isAfter, parseEventCursor } from "./event-reads.ts";
import { createEventFollower } from "./follow-events.ts";

export interface EventWatch {
  /** One page. From the oldest event still kept when `after` is absent. */
  list(
    filter: EventFilter,
    after: string | undefined,
    limit: number,
  ): Promise<{ readonly events: readonly Event[]; readonly next: string }>;
  /** The newest that are kept. `next` is behind all of them. */
  tail(filter: EventFilter, limit: number): Promise<{ readonly events: readonly Event[]; readonly next: string }>;
  /** Batches as they come, none empty, until the signal. From now on when `after` is absent. A reader that is slow delays only itself. */
  watch(filter: EventFilter, after: string | undefined, signal: AbortSignal): Promise<AsyncIterable<readonly Event[]>>;
  /** The cursor behind everything that is settled now. */
  now(): Promise<string>;
  /** Something was committed: look now. Without it, watches look once a second. */
  wake(): void;
}

const batchSize = 200;
const oldest: EventPosition = { xid: "0", id: 0 };

export function createEventWatch(deps: { readonly reads: EventReads; readonly clock: Clock; readonly log: Log }): EventWatch {
  const { reads } = deps;
  const follower = createEventFollower(deps);

  const startAt = async (cursor: string): Promise<EventPosition> => {
    const position = parseEventCursor(cursor);
    if (position !== undefined && (await reads.isKept(position))) return position;
    throw new DroverError(
      "invalid",
      position === undefined ? "EVENT_CURSOR_INVALID" : "EVENT_CURSOR_EXPIRED",
      "resume events: the cursor is not of a stored event; read the resources anew and watch from now on",
    );
  };

  /** By itself until it is where the follower stands, then with everybody; and by itself again whenever it has fallen behind. */
  async function* follow(filter: EventFilter, from: EventPosition, signal: AbortSignal): AsyncGenerator<readonly Event[], void> {
    let position = from;
    while (!signal.aborted) {
      const seat = await follower.join(filter, signal);
      try {
        while (isAfter(seat.from, position) && !signal.aborted) {
          const { events, reached } = await reads.read(filter, position, batchSize);
          position = reached;
          if (events.length > 0) yield events;
        }
        const isNew = ({ cursor }: Event): boolean => isAfter(parseEventCursor(cursor) ?? oldest, position);
        for (let events = await seat.next(); events !== undefined; events = await seat.next()) {
          const fresh = events.filter(isNew);
          if (fresh.length > 0) yield fresh;
        }
        position = furthest(position, seat.settled);
      } finally {
        seat.leave();
      }
    }
  }

  return {
    async list(filter, after, limit) {
      const from = after === undefined ? oldest : await startAt(after);
      const { events, reached } = await reads.read(filter, from, limit);
      return { events, next: eventCursor(reached) };
    },
    async tail(filter, limit) {
      const { events, reached } = await reads.tail(filter, limit);
      return { events, next: eventCursor(reached) };
    },
    async watch(filter, after, signal) {
      const from = after === undefined ? await reads.newest() : await startAt(after);
      return untilEnded(follow(filter, from, signal), signal);
    },
    now: async () => eventCursor(await reads.newest()),
    wake: follower.wake,
  };
}

/** The end of the signal is the end of the stream, not its failure. */
async function* untilEnded<Item>(items: AsyncIterable<Item>, signal: AbortSignal): AsyncGenerator<Item, void> {
  try {
    yield* items;
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
