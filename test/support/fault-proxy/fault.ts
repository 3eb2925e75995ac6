/** What goes wrong with a request, or with one event of a watch. */
export type Fault = InsteadFault | AnswerFault | EventFault | { readonly kind: "delay"; readonly ms: number };

/** The API server does not hear of the request. */
export type InsteadFault =
  /** Refused as the API server refuses, with a proper Status object. */
  | StatusFault
  /** No answer, ever. */
  | { readonly kind: "hang" }
  /** The connection ends. */
  | { readonly kind: "refuse" }
  /** The watch is accepted and then says nothing. */
  | { readonly kind: "silent-watch" }
  /** Called, and then the connection ends. */
  | { readonly kind: "crash-before"; readonly crash: () => unknown };

export interface StatusFault {
  readonly kind: "status";
  readonly status: number;
  readonly reason?: string;
  readonly message?: string;
  readonly retryAfterSeconds?: number;
}

/** The API server has done what was asked, and its answer does not arrive as it was. */
export type AnswerFault =
  /** The connection ends when this much of the body is through. */
  | { readonly kind: "cut"; readonly afterBytes: number }
  /** The list ends after so many items and says that it is complete. */
  | { readonly kind: "truncate-list"; readonly items: number }
  /** The first list is let through and remembered, every later one gets the same answer. */
  | { readonly kind: "stale-list" }
  /** `stale`: the group is marked so, as for an APIService that is down; `503`: a server that does not aggregate discovery. */
  | { readonly kind: "partial-discovery"; readonly group: string; readonly style: "stale" | "503" }
  /** Called, and then the connection ends. */
  | { readonly kind: "crash-after"; readonly crash: () => unknown };

/** These meet events of watches that are open already, so their rule's matcher speaks of the event's object. */
export type EventFault =
  | { readonly kind: "drop-event" }
  /** The history is gone: an ERROR event with code 410, then the end of the stream. */
  | { readonly kind: "gone-event" };

export const isEventFault = (fault: Fault): fault is EventFault => fault.kind === "drop-event" || fault.kind === "gone-event";
