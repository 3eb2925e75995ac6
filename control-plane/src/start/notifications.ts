import { type Clock, type Lifecycle, type Log } from "@drover/kit/node";
import type { CallOptions } from "../adapters/http/call-checked.ts";
import type { Database } from "../adapters/pg/database.ts";
import { eventChannel } from "../adapters/pg/history/event-log.ts";
import { createDeliveryQueue } from "../adapters/pg/notification/delivery-queue.ts";
import { createNotificationIntake } from "../adapters/pg/notification/intake.ts";
import { noticeTroubles } from "../adapters/pg/notification/notice-troubles.ts";
import { createSendMessage } from "../adapters/receivers/send-message.ts";
import type { Metrics } from "../adapters/telemetry/metrics.ts";
import { createNotificationCollector } from "../app/notification/collect-notifications.ts";
import { createDeliverer } from "../app/notification/deliver.ts";
import { repeatUntilStopped } from "../workers/repeat.ts";
import type { Handler } from "../workers/run-queue.ts";

interface CollectorDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly lifecycle: Lifecycle;
  readonly log: Log;
}

/** A NOTIFY may be lost with its connection. */
const lookEveryMs = 5_000;
/** A rollout commits many times a second; one look answers them all. */
const restMs = 200;

/** Drift fights and held deletions wait for people, who do not answer within seconds. */
const noticeEveryMs = 10_000;

/** Follows the log of events and makes deliveries of it. */
export function startNotificationCollector({ database, clock, lifecycle, log }: CollectorDeps): void {
  const collect = createNotificationCollector({ intake: createNotificationIntake(database), clock, log });
  const stopping = new AbortController();
  const collector = repeatUntilStopped({
    name: "notifications",
    everyMs: lookEveryMs,
    async work(signal) {
      await collect(signal);
      await clock.sleep(restMs, signal);
    },
    clock,
    log,
  });
  const listening = database.listen(eventChannel, collector.wake, stopping.signal);
  const noticing = repeatUntilStopped({ name: "troubles", everyMs: noticeEveryMs, work: () => noticeTroubles(database), clock, log });
  lifecycle.add("notifications", async () => {
    stopping.abort();
    await Promise.all([listening, collector.stop(), noticing.stop()]);
  });
}

interface DelivererDeps {
  readonly database: Database;
  readonly calls: CallOptions;
  readonly publicUrl: string | undefined;
  readonly clock: Clock;
  readonly count: Metrics["countNotification"];
}

/** The queue `notification`, with every kind of receiver behind it. */
export const createNotificationHandler = ({ database, calls, publicUrl, clock, count }: DelivererDeps): Handler =>
  createDeliverer({
    deliveries: createDeliveryQueue(database),
    send: createSendMessage({ ...calls, clock }),
    publicUrl,
    clock,
    random: Math.random,
    count,
  });
