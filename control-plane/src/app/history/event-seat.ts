import { DroverError } from "@drover/kit";
import type { Event } from "@drover/proto/rest";
import type { EventBatch, EventFilter, EventPosition } from "./event-reads.ts";
import { matchesEvent } from "./matches-event.ts";

/** One stream's place among those who are handed what is read for all. */
export interface Seat {
  /** Whatever passes the filter behind it comes by `next`; what is before, the holder reads by itself. */
  readonly from: EventPosition;
  /** Everything up to it was handed over, or did not pass. */
  readonly settled: EventPosition;
  /** Waits until something has come, then all of it at once. Undefined when it was more than is held for anybody: the holder is behind. */
  next(): Promise<readonly Event[] | undefined>;
  leave(): void;
}

/** The reader's side of it. */
export interface OfferedSeat extends Seat {
  readonly filter: EventFilter;
  /** Resolves with `begin`. Rejects with the signal, as `next` does. */
  readonly begun: Promise<void>;
  begin(position: EventPosition): void;
  take(batch: EventBatch): void;
}

/** Events that wait for one stream. They are shared with those of the others. */
const maxWaiting = 1_000;

export function createSeat(filter: EventFilter, signal: AbortSignal, leave: () => void): OfferedSeat {
  const begun = quietPromise();
  let news = quietPromise();
  let [from, settled, reached]: EventPosition[] = [nowhere, nowhere, nowhere];
  let waiting: Event[] = [];
  let isBehind = false;

  const cut = (): void => {
    const ended = new DroverError("cancelled", "CANCELLED", "follow events: the stream has ended");
    begun.reject(ended);
    news.reject(ended);
    leave();
  };
  if (signal.aborted) cut();
  else signal.addEventListener("abort", cut, { once: true });

  return {
    filter,
    begun: begun.promise,
    get from() {
      return from as EventPosition;
    },
    get settled() {
      return settled as EventPosition;
    },
    begin(position) {
      [from, settled, reached] = [position, position, position];
      begun.resolve();
    },
    take(batch) {
      if (isBehind) return;
      const own = batch.events.filter((event) => matchesEvent(filter, event));
      if (waiting.length === 0 && own.length === 0) settled = batch.reached;
      isBehind = waiting.length + own.length > maxWaiting;
      waiting = isBehind ? [] : waiting.concat(own);
      ({ reached } = batch);
      if (own.length > 0) news.resolve();
    },
    async next() {
      signal.throwIfAborted();
      await news.promise;
      if (isBehind) return undefined;
      const events = waiting;
      waiting = [];
      settled = reached;
      news = quietPromise();
      return events;
    },
    leave() {
      signal.removeEventListener("abort", cut);
      leave();
    },
  };
}

const nowhere: EventPosition = { xid: "0", id: 0 };

/** May be rejected while nobody waits for it. */
function quietPromise(): PromiseWithResolvers<void> {
  const made = Promise.withResolvers<void>();
  made.promise.catch(() => {});
  return made;
}
