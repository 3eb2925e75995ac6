import { DroverError } from "@drover/kit";
import type { Clock, Log } from "@drover/kit/node";
import { type Decided, decideNotifications } from "../../domain/notification/decide.ts";
import type { LoggedEvent, NotificationFacts } from "../../domain/notification/facts.ts";
import type { Route } from "../../domain/notification/routes.ts";
import type { EventPosition } from "../history/event-reads.ts";

/** Events behind the cursor, and where the cursor is to stand next. */
export interface Intake {
  readonly from: EventPosition;
  readonly to: EventPosition;
  readonly events: readonly LoggedEvent[];
  /** Events were removed before they were read. */
  readonly isGap: boolean;
}

/** PostgreSQL implements this. */
export interface NotificationIntake {
  /** What is new behind the cursor, or behind `seen` where that is further. The first time ever begins with now: nobody wants to be told of yesterday. */
  load(limit: number, seen: EventPosition | undefined): Promise<Intake>;
  routes(): Promise<readonly Route[]>;
  facts(events: readonly LoggedEvent[]): Promise<NotificationFacts>;
  /** Deliveries and cursor together, and whoever sends them is asked to. Throws `stale` NOTIFICATIONS_READ_MEANWHILE when the cursor has moved. */
  commit(intake: Intake, decided: Decided): Promise<void>;
}

interface Deps {
  readonly intake: NotificationIntake;
  readonly clock: Pick<Clock, "now">;
  readonly log: Log;
}

const batchSize = 200;
/** Where there is nothing to tell, the cursor is written this often: a rollout's own events would have it written many times a second. */
const idleMoveMs = 60_000;
const nothing: Decided = { deliveries: [], collected: [] };

/** Reads on in the log until nothing is new, and writes down what is to be sent. Any number of replicas may do so at once. */
export const createNotificationCollector = ({ intake, clock, log }: Deps) => {
  /** As far as this replica knows that there is nothing to tell. */
  let seen: EventPosition | undefined;
  let movedAt = clock.now();

  return async (signal: AbortSignal): Promise<void> => {
    for (let isMore = true; isMore && !signal.aborted;) {
      const batch = await intake.load(batchSize, seen);
      if (batch.isGap) log.warn({}, "events were removed before they could be told of");
      isMore = batch.events.length === batchSize;
      const isIdle = batch.events.length === 0;
      if (isIdle && clock.now() - movedAt < idleMoveMs) seen = batch.to;
      else if (await committed(batch, isIdle ? nothing : await decide(batch))) [seen, movedAt] = [batch.to, clock.now()];
      else [seen, isMore] = [undefined, true];
    }
  };

  async function decide({ events }: Intake): Promise<Decided> {
    const routes = await intake.routes();
    return routes.length === 0 ? nothing : decideNotifications(events, routes, await intake.facts(events));
  }

  /** False when another replica was quicker: it has told of these events, or of some of them. */
  async function committed(batch: Intake, decided: Decided): Promise<boolean> {
    try {
      await intake.commit(batch, decided);
      return true;
    } catch (error) {
      if (error instanceof DroverError && error.code === "NOTIFICATIONS_READ_MEANWHILE") return false;
      throw error;
    }
  }
};
