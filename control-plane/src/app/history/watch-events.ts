import { DroverError } from "@drover/kit";
import type { Clock } from "@drover/kit/node";
import type { Event, Filter } from "@drover/proto/rest";

export interface EventFilter {
  /** Any when empty. */
  readonly kinds: readonly string[];
  /** Exactly this one, or all below it when it ends in `/`. */
  readonly subject: string | undefined;
  readonly filter?: Filter | undefined;
}

/** Where a reader stands in the order of events. */
export interface EventPosition {
  readonly xid: string;
  readonly id: number;
}

export interface EventBatch {
  readonly events: readonly Event[];
  /** Where to go on, also when nothing matched. */
  readonly reached: EventPosition;
}

/** PostgreSQL implements this. */
export interface EventReads {
  /**
   * Up to `limit` events after `after`, in an order that later commits cannot change: events of transactions younger than the oldest
   * one still running are not shown yet.
   */
  read(filter: EventFilter, after: EventPosition, limit: number): Promise<EventBatch>;
  /** The newest of those, as many as `limit`, in the same order. */
  tail(filter: EventFilter, limit: number): Promise<EventBatch>;
  /** Behind everything that is settled now. */
  newest(): Promise<EventPosition>;
  /** Whether everything after it is still stored, and it is no position of another database. */
  isKept(position: EventPosition): Promise<boolean>;
}

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
const lookAgainMs = 1_000;
const oldest: EventPosition = { xid: "0", id: 0 };

export function createEventWatch({ reads, clock }: { readonly reads: EventReads; readonly clock: Clock }): EventWatch {
  const waiting = new Set<() => void>();

  const startAt = async (cursor: string): Promise<EventPosition> => {
    const position = parseEventCursor(cursor);
    if (position !== undefined && (await reads.isKept(position))) return position;
    throw new DroverError(
      "invalid",
      position === undefined ? "EVENT_CURSOR_INVALID" : "EVENT_CURSOR_EXPIRED",
      "resume events: the cursor is not of a stored event; read the resources anew and watch from now on",
    );
  };

  /** Ends with the next wake, after a second, or with the signal; whichever is first. */
  const nextWake = async (signal: AbortSignal): Promise<void> => {
    const woken = Promise.withResolvers<void>();
    const enough = new AbortController();
    waiting.add(woken.resolve);
    try {
      await Promise.race([woken.promise, clock.sleep(lookAgainMs, AbortSignal.any([signal, enough.signal]))]);
    } catch {
      // the signal: the loop that waits looks at it
    } finally {
      waiting.delete(woken.resolve);
      enough.abort();
    }
  };

  async function* follow(filter: EventFilter, from: EventPosition, signal: AbortSignal): AsyncGenerator<readonly Event[], void> {
    let position = from;
    while (!signal.aborted) {
      // Registered before reading: what commits meanwhile wakes us.
      const woken = nextWake(signal);
      const { events, reached } = await reads.read(filter, position, batchSize);
      const moved = reached.xid !== position.xid || reached.id !== position.id;
      position = reached;
      if (events.length > 0) yield events;
      if (!moved) await woken;
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
      return follow(filter, from, signal);
    },
    now: async () => eventCursor(await reads.newest()),
    wake() {
      for (const look of waiting) look();
    },
  };
}

export const eventCursor = ({ xid, id }: EventPosition): string => `${xid}-${id}`;

export function parseEventCursor(text: string): EventPosition | undefined {
  const [, xid, id] = /^(\d{1,19})-(\d{1,16})$/.exec(text) ?? [];
  return xid === undefined || id === undefined ? undefined : { xid, id: Number(id) };
}
