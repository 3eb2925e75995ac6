import type { Receiver } from "@drover/proto/fleet";
import type { Outgoing } from "../../domain/notification/outgoing.ts";
import type { Sent } from "../../domain/notification/retry.ts";

/** One attempt. What goes wrong at the receiver is an answer; it throws only when `signal` aborts or for a bug. */
export type SendMessage = (receiver: Receiver, outgoing: Outgoing, signal: AbortSignal) => Promise<Sent>;
