import { DroverError } from "@drover/kit";
import type { Log } from "@drover/kit/node";
import { type Decided, decideNotifications } from "../../domain/notification/decide.ts";
import type { LoggedEvent, NotificationFacts } from "../../domain/notification/facts.ts";
import type { Route } from "../../domain/notification/routes.ts";
import type { EventPosition } from "../history/watch-events.ts";

/** Events behind the cursor, and where the cursor is to stand next. */
export interface Intake {
  readonly from: EventPosition;
  readonly to: EventPosition;
  readonly events: readonly LoggedEvent[];
  /** Events were removed before they were read: this many seconds at least are untold. */
  readonly isGap: boolean;
}

/** PostgreSQL implements this. */
export interface NotificationIntake {
  /** What is new. The first time ever begins with now: nobody wants to be told of yesterday. */
  load(limit: number): Promise<Intake>;
  routes(): Promise<readonly Route[]>;
  facts(events: readonly LoggedEvent[]): Promise<NotificationFacts>;
  /** Deliveries and cursor together, and whoever sends them is asked to. Throws `stale` NOTIFICATIONS_READ_MEANWHILE when the cursor has moved. */
  commit(intake: Intake, decided: Decided): Promise<void>;
}

const batchSize = 200;

/** Reads on in the log until nothing is new, and writes down what is to be sent. Any number of replicas may do so at once. */
export const createNotificationCollector =
  ({ intake, log }: { readonly intake: NotificationIntake; readonly log: Log }) =>
  async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      const batch = await intake.load(batchSize);
      if (batch.isGap) log.warn({}, "events were removed before they could be told of");
      const moved = batch.to.xid !== batch.from.xid || batch.to.id !== batch.from.id;
      if (!moved) return;
      const routes = batch.events.length === 0 ? [] : await intake.routes();
      const decided =
        routes.length === 0
          ? { deliveries: [], collected: [] }
          : decideNotifications(batch.events, routes, await intake.facts(batch.events));
      if (!(await committed(intake, batch, decided))) return;
      if (batch.events.length < batchSize) return;
    }
  };

/** False when another replica was quicker: it goes on from there. */
async function committed(intake: NotificationIntake, batch: Intake, decided: Decided): Promise<boolean> {
  try {
    await intake.commit(batch, decided);
    return true;
  } catch (error) {
    if (error instanceof DroverError && error.code === "NOTIFICATIONS_READ_MEANWHILE") return false;
    throw error;
  }
}
