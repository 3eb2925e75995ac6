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

export const eventCursor = ({ xid, id }: EventPosition): string => `${xid}-${id}`;

export function parseEventCursor(text: string): EventPosition | undefined {
  const [, xid, id] = /^(\d{1,19})-(\d{1,16})$/.exec(text) ?? [];
  return xid === undefined || id === undefined ? undefined : { xid, id: Number(id) };
}

export const furthest = (a: EventPosition, b: EventPosition): EventPosition => (isAfter(b, a) ? b : a);

export function isAfter(a: EventPosition, b: EventPosition): boolean {
  return a.xid === b.xid ? a.id > b.id : BigInt(a.xid) > BigInt(b.xid);
}
