import { type Instant, instant, rfc3339 } from "@drover/kit";
import type { DeliveryQueue, DueDelivery } from "../../../app/notification/deliver.ts";
import { type ClusterWindow, messageOfWindow } from "../../../domain/notification/cluster-window.ts";
import type { Message } from "../../../domain/notification/message.ts";
import type { Sent, Verdict } from "../../../domain/notification/retry.ts";
import { clusterState } from "../cluster/cluster-state-sql.ts";
import type { Database, Db } from "../database.ts";
import { createFleetStore } from "../fleet/fleet-store.ts";
import { storableJson } from "../storable-json.ts";
import { tellingOfDeliveries } from "./delivery-events.ts";

export const createDeliveryQueue = (database: Database): DeliveryQueue => ({
  receiver: async (notification) => (await createFleetStore(database).get("Notification", notification))?.form.receiver,
  async next(notification) {
    const collectsUntil = await closeCollections(database, notification);
    const due = await loadOldest(database, notification);
    return { ...(due === undefined ? {} : { due }), ...(collectsUntil === undefined ? {} : { collectsUntil }) };
  },
  record: (due, sent, verdict, tookMs) => record(database, due, sent, verdict, tookMs),
});

/** Collections whose time is over become messages. Answers when the next one's time is. */
async function closeCollections(database: Database, notification: string): Promise<Instant | undefined> {
  const { rows } = await database.query<{
    id: string;
    version: number;
    event: "ClustersOffline" | "ClustersReturned";
    collected: ClusterWindow;
    next_at: Instant;
    is_over: boolean;
  }>({
    name: "deliveries-collections",
    text: `select id, version, event, collected, next_at, next_at <= now() as is_over from deliveries
            where notification = $1 and state = 'Collecting' order by next_at`,
    values: [notification],
  });
  for (const { id, version, event, collected } of rows.filter(({ is_over }) => is_over)) {
    const message = messageOfWindow(event, collected, await countOffline(database));
    await database.query({
      name: "deliveries-close",
      text: tellingOfDeliveries(
        `update deliveries set state = 'Pending', message = $3, next_at = now(), version = version + 1
          where id = $1 and version = $2 and state = 'Collecting' returning *`,
        "Updated",
      ),
      values: [id, version, storableJson(message)],
    });
  }
  return rows.find(({ is_over }) => !is_over)?.next_at;
}

async function countOffline(db: Db): Promise<number> {
  const { rows } = await db.query<{ offline: number }>({
    name: "notification-offline",
    text: `select count(*)::int as offline from clusters c join cluster_reports r on r.cluster_id = c.id where ${clusterState("c", "r")} = 'Offline'`,
  });
  return rows[0]?.offline ?? 0;
}

async function loadOldest(db: Db, notification: string): Promise<DueDelivery | undefined> {
  const { rows } = await db.query<{ id: string; version: number; attempts: number; next_at: number; message: Message }>({
    name: "deliveries-oldest",
    text: `select id, version, attempts, next_at, message from deliveries
            where notification = $1 and state = 'Pending' order by seq limit 1`,
    values: [notification],
  });
  const row = rows[0];
  return row && { id: row.id, version: row.version, attempts: row.attempts, nextAt: instant(row.next_at), message: row.message };
}

const states = { Delivered: "Delivered", Retry: "Pending", Dead: "Dead" } as const satisfies Record<Verdict["kind"], string>;

/** How many attempts the log shows. */
const keptAttempts = 20;

async function record(db: Db, { id, version }: DueDelivery, sent: Sent, verdict: Verdict, tookMs: number): Promise<boolean> {
  const attempt = { result: sent.kind, said: sent.said.slice(0, 500), tookMs, ...("code" in sent ? { code: sent.code } : {}) };
  const { rowCount } = await db.query({
    name: "deliveries-record",
    text: tellingOfDeliveries(
      `update deliveries
          set state = $3, attempts = attempts + 1, version = version + 1, next_at = coalesce($4::timestamptz, next_at),
              settled_at = case when $3 <> 'Pending' then now() end,
              log = (select coalesce(jsonb_agg(entry order by n), '[]') from
                      (select entry, n from jsonb_array_elements(log || jsonb_build_array($5::jsonb || jsonb_build_object('at', now())))
                         with ordinality as e (entry, n) order by n desc limit ${keptAttempts}) kept)
        where id = $1 and version = $2 and state = 'Pending' returning *`,
      "Updated",
    ),
    values: [id, version, states[verdict.kind], verdict.kind === "Retry" ? rfc3339(verdict.at) : null, storableJson(attempt)],
  });
  return rowCount === 1;
}
