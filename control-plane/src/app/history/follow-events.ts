import type { Clock, Log } from "@drover/kit/node";
import type { EventBatch, EventFilter, EventPosition, EventReads } from "./event-reads.ts";
import { createSeat, type OfferedSeat, type Seat } from "./event-seat.ts";

/** Reads the events once for all streams of this replica, for as long as there is one. */
export interface EventFollower {
  /** A place among those who are handed what comes. Somebody has to leave it. */
  join(filter: EventFilter, signal: AbortSignal): Promise<Seat>;
  /** Something was committed: look soon. */
  wake(): void;
}

const batchSize = 500;
/** Between two looks, however often something is committed. */
const restMs = 50;
const lookAgainMs = 1_000;

export function createEventFollower({
  reads,
  clock,
  log,
}: {
  readonly reads: Pick<EventReads, "read" | "newest">;
  readonly clock: Pick<Clock, "sleep">;
  readonly log: Pick<Log, "warn">;
}): EventFollower {
  const joining = new Set<OfferedSeat>();
  const seated = new Set<OfferedSeat>();
  let isRunning = false;
  let wakes = Promise.withResolvers<void>();

  const isWanted = (): boolean => joining.size + seated.size > 0;

  const seatThose = (position: EventPosition): void => {
    for (const seat of joining) {
      joining.delete(seat);
      seated.add(seat);
      seat.begin(position);
    }
  };

  /** Whoever joins while a read is under way waits for the next: this one may not ask for their kinds. */
  const look = async (position: EventPosition): Promise<EventBatch> => {
    seatThose(position);
    const batch = await reads.read(unionOf([...seated].map(({ filter }) => filter)), position, batchSize);
    for (const seat of seated) seat.take(batch);
    return batch;
  };

  const run = async (): Promise<void> => {
    let position: EventPosition | undefined;
    while (isWanted()) {
      // Taken before looking: what commits meanwhile counts.
      const woken = wakes.promise;
      try {
        position ??= await reads.newest();
        const { events, reached } = await look(position);
        position = reached;
        if (events.length === batchSize) continue;
      } catch (err) {
        log.warn({ err }, "events cannot be read, streams wait");
      }
      await clock.sleep(restMs, neverAborted);
      await withinSleep(clock, lookAgainMs, woken);
    }
    isRunning = false;
  };

  const wake = (): void => {
    wakes.resolve();
    wakes = Promise.withResolvers();
  };

  return {
    wake,
    async join(filter, signal) {
      const seat = createSeat(filter, signal, () => {
        joining.delete(seat);
        seated.delete(seat);
      });
      joining.add(seat);
      wake();
      if (!isRunning) {
        isRunning = true;
        void run();
      }
      await seat.begun;
      return seat;
    },
  };
}

const neverAborted = new AbortController().signal;

/** Ends with `early` or when the time is up. */
async function withinSleep(clock: Pick<Clock, "sleep">, ms: number, early: Promise<void>): Promise<void> {
  const enough = new AbortController();
  await Promise.race([early, clock.sleep(ms, enough.signal)]);
  enough.abort();
}

/** What all of them ask for, or everything: a stream of rollouts alone need not read every status. */
function unionOf(filters: readonly EventFilter[]): EventFilter {
  const all = filters.some(({ kinds }) => kinds.length === 0);
  return { kinds: all ? [] : [...new Set(filters.flatMap(({ kinds }) => kinds))], subject: undefined };
}
