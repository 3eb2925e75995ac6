import { randomUUID } from "node:crypto";
import { DroverError, type Instant, instant } from "@drover/kit";
import { failpoint } from "../../../app/failpoint.ts";
import { eventCursor, type EventPosition, furthest, parseEventCursor } from "../../../app/history/event-reads.ts";
import type { Intake, NotificationIntake } from "../../../app/notification/collect-notifications.ts";
import { type ClusterWindow, joinWindows } from "../../../domain/notification/cluster-window.ts";
import type { Collected, Decided } from "../../../domain/notification/decide.ts";
import { toldKinds } from "../../../domain/notification/facts.ts";
import type { Database, Db } from "../database.ts";
import { createFleetStore } from "../fleet/fleet-store.ts";
import { createEventReads } from "../history/events.ts";
import { storableJson } from "../storable-json.ts";
import { askFor } from "../work-queue.ts";
import { tellingOfDeliveries } from "./delivery-events.ts";
import { insertDeliveries } from "./insert-deliveries.ts";
import { loadFacts } from "./notification-facts.ts";

/** How long a route's clusters are collected before they are told of, in milliseconds. */
const collectMs = 30_000;

export const createNotificationIntake = (database: Database): NotificationIntake => ({
  load: (limit, seen) => loadIntake(database, limit, seen),
  async routes() {
    const found = await createFleetStore(database).list("Notification");
    return found.map(({ name, form }) => ({ name, form }));
  },
  facts: (events) => loadFacts(database, events),
  async commit(intake, decided) {
    failpoint("notification.collect.before");
    await database.transaction((tx) => commitIntake(tx, intake, decided));
    failpoint("notification.collect.after");
  },
});

async function loadIntake(db: Db, limit: number, seen: EventPosition | undefined): Promise<Intake> {
  const reads = createEventReads(db);
  const from = (await loadCursor(db)) ?? (await setFirst(db, await reads.newest()));
  const after = seen === undefined ? from : furthest(from, seen);
  const { events, reached } = await reads.read({ kinds: toldKinds, subject: undefined }, after, limit);
  return { from, to: reached, events, isGap: events.length > 0 && !(await reads.isKept(after)) };
}

const cursorSetting = "notifications.cursor";

async function loadCursor(db: Db): Promise<EventPosition | undefined> {
  const { rows } = await db.query<{ value: string }>({
    name: "notifications-cursor",
    text: "select value from settings where key = $1",
    values: [cursorSetting],
  });
  return parseEventCursor(rows[0]?.value ?? "");
}

async function setFirst(db: Db, newest: EventPosition): Promise<EventPosition> {
  await db.query({
    name: "notifications-cursor-first",
    text: "insert into settings (key, value) values ($1, to_jsonb($2::text)) on conflict (key) do nothing",
    values: [cursorSetting, eventCursor(newest)],
  });
  return (await loadCursor(db)) ?? newest;
}

async function commitIntake(tx: Db, { from, to }: Intake, { deliveries, collected }: Decided): Promise<void> {
  const { rowCount } = await tx.query({
    name: "notifications-cursor-move",
    text: "update settings set value = to_jsonb($3::text) where key = $1 and value = to_jsonb($2::text)",
    values: [cursorSetting, eventCursor(from), eventCursor(to)],
  });
  if (rowCount === 0) throw new DroverError("stale", "NOTIFICATIONS_READ_MEANWHILE", "read events for notifications: another replica has");
  await insertDeliveries(tx, deliveries);
  const dueAt = await collect(tx, collected);
  await askFor(tx, "notification", [...new Set(deliveries.map(({ route }) => route.name))].toSorted());
  for (const { notification, at } of dueAt) await askFor(tx, "notification", [notification], at);
  failpoint("notification.collect.inside");
}

/** Into the collection that is open for the route, or a new one. Answers when each is to be closed. */
async function collect(
  tx: Db,
  collected: readonly Collected[],
): Promise<readonly { readonly notification: string; readonly at: Instant }[]> {
  const due = [];
  for (const { route, event, cause, window } of collected) {
    const open = await loadOpen(tx, route.name, event);
    const joined = open === undefined ? window : joinWindows(open.collected, window);
    const { rows } = await tx.query<{ next_at: number }>({
      name: "deliveries-collect",
      text: tellingOfDeliveries(
        `insert into deliveries as d (id, notification, receiver, cause, event, severity, state, collected, next_at)
         values ($1, $2, $3, $4, $5, $6, 'Collecting', $7, now() + $8 * interval '1 millisecond')
         on conflict (notification, cause) do update set collected = excluded.collected, version = d.version + 1
         returning *`,
        open === undefined ? "Created" : "Updated",
        "next_at",
      ),
      values: [
        randomUUID(),
        route.name,
        route.form.receiver.type,
        open?.cause ?? cause,
        event,
        event === "ClustersOffline" ? "Warning" : "Info",
        storableJson(joined),
        collectMs,
      ],
    });
    due.push(...rows.map(({ next_at }) => ({ notification: route.name, at: instant(next_at) })));
  }
  return due;
}

async function loadOpen(
  tx: Db,
  notification: string,
  event: string,
): Promise<{ readonly cause: string; readonly collected: ClusterWindow } | undefined> {
  const { rows } = await tx.query<{ cause: string; collected: ClusterWindow }>({
    name: "deliveries-collecting",
    text: `select cause, collected from deliveries
            where notification = $1 and event = $2 and state = 'Collecting' order by seq limit 1 for update`,
    values: [notification, event],
  });
  return rows[0];
}
