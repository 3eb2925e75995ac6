import type { Instant } from "@drover/kit";
import type { Clock } from "@drover/kit/node";
import type { Receiver, ReceiverType } from "@drover/proto/fleet";
import type { Message } from "../../domain/notification/message.ts";
import { outgoing } from "../../domain/notification/outgoing.ts";
import { judgeAttempt, type Sent, type Verdict } from "../../domain/notification/retry.ts";
import { failpoint } from "../failpoint.ts";
import type { Outcome } from "../work-queue.ts";
import type { SendMessage } from "./send-message.ts";

/** What waits to be sent on one route, oldest first. */
export interface DueDelivery {
  readonly id: string;
  readonly version: number;
  readonly attempts: number;
  readonly nextAt: Instant;
  readonly message: Message;
}

/** PostgreSQL implements this. */
export interface DeliveryQueue {
  /** The route as its file has it now; undefined when it is gone. */
  receiver(notification: string): Promise<Receiver | undefined>;
  /** Closes what has been collected for long enough, and answers the oldest delivery, or when the next collection is due. */
  next(notification: string): Promise<{ readonly due?: DueDelivery; readonly collectsUntil?: Instant }>;
  /** False when somebody else has written it meanwhile; their word counts. */
  record(due: DueDelivery, sent: Sent, verdict: Verdict, tookMs: number): Promise<boolean>;
}

interface DeliverDeps {
  readonly deliveries: DeliveryQueue;
  readonly send: SendMessage;
  /** Where people reach the console. */
  readonly publicUrl: string | undefined;
  readonly clock: Pick<Clock, "now">;
  readonly random: () => number;
  readonly count: (receiver: ReceiverType, result: DeliveryResult) => void;
}

export const deliveryResults = ["delivered", "retried", "dead"] as const;
export type DeliveryResult = (typeof deliveryResults)[number];

/** Of one attempt, from the look-up of its host to the end of its answer. */
const attemptMs = 15_000;
/** In one turn; a worker's turn may take three minutes. */
const maxInTurn = 10;
const gone: Sent = { kind: "Refused", code: "NOTIFICATION_NOT_FOUND", said: "the fleet repository has no such notification any more" };

/**
 * Sends what waits on a route, one after another and in order: who hears of an end has heard of the beginning. The first that fails holds the
 * others until its next attempt, since its receiver would not take them either. A crash between sending and writing that down sends twice.
 */
export const createDeliverer =
  ({ deliveries, send, publicUrl, clock, random, count }: DeliverDeps) =>
  async (notification: string, signal: AbortSignal): Promise<Outcome> => {
    for (let sentInTurn = 0; sentInTurn < maxInTurn; sentInTurn += 1) {
      const { due, collectsUntil } = await deliveries.next(notification);
      const now = clock.now();
      if (due === undefined) return collectsUntil === undefined ? { kind: "done" } : { kind: "recheck", at: collectsUntil };
      if (due.nextAt > now) return { kind: "recheck", at: due.nextAt };
      const receiver = await deliveries.receiver(notification);
      const sent = receiver === undefined ? gone : await attempt(receiver, due, signal);
      failpoint("notification.sent");
      const after = clock.now();
      const verdict = judgeAttempt(sent, due.attempts + 1, after, random());
      const isOurs = await deliveries.record(due, sent, verdict, after - now);
      failpoint("notification.recorded");
      if (isOurs && receiver !== undefined) count(receiver.type, results[verdict.kind]);
    }
    return { kind: "recheck", at: clock.now() };

    async function attempt(receiver: Receiver, { id, message }: DueDelivery, stopping: AbortSignal): Promise<Sent> {
      const withinTime = AbortSignal.timeout(attemptMs);
      try {
        return await send(receiver, outgoing(id, message, publicUrl), AbortSignal.any([stopping, withinTime]));
      } catch (error) {
        stopping.throwIfAborted();
        if (!withinTime.aborted) throw error;
        return { kind: "Failed", code: "NOTIFICATION_TIMEOUT", said: `there was no answer within ${attemptMs / 1000} s` };
      }
    }
  };

const results: Readonly<Record<Verdict["kind"], DeliveryResult>> = { Delivered: "delivered", Retry: "retried", Dead: "dead" };
