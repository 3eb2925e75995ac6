import { DroverError, type Instant, rfc3339 } from "@drover/kit";
import { type Delivery, type DeliveryAttempt, deliveryFields } from "@drover/proto/rest";
import type { ListRequest, Page } from "../../../app/page.ts";
import { type ClusterWindow, messageOfWindow } from "../../../domain/notification/cluster-window.ts";
import type { Message } from "../../../domain/notification/message.ts";
import type { Db } from "../database.ts";
import { type List, listPage } from "../list.ts";

interface Row {
  readonly id: string;
  readonly notification: string;
  readonly receiver: Delivery["receiver"];
  readonly event: Delivery["event"];
  readonly severity: Delivery["severity"];
  readonly state: Delivery["state"];
  readonly message: Message | null;
  readonly collected: ClusterWindow | null;
  readonly attempts: number;
  readonly log: readonly (Omit<DeliveryAttempt, "at"> & { readonly at: string })[];
  readonly created_at: Instant;
  readonly next_at: Instant;
  readonly settled_at: Instant | null;
}

const columns =
  "seq, id, notification, receiver, event, severity, state, message, collected, attempts, log, created_at, next_at, settled_at";

const deliveries: List<keyof typeof deliveryFields> = {
  name: "deliveries-list",
  fields: deliveryFields,
  columns: {
    id: "id",
    notification: "notification",
    receiver: "receiver",
    event: "event",
    severity: "severity",
    state: "state",
    attempts: "attempts",
    subject: "(message ->> 'subject')",
    createdAt: "created_at",
  },
  select: columns,
  from: "deliveries",
  order: [{ field: "createdAt", descending: true }],
  unique: ["id"],
};

export const listDeliveries = (db: Db, request: ListRequest): Promise<Page<Delivery>> =>
  listPage<Row & Record<string, unknown>, Delivery, keyof typeof deliveryFields>(db, deliveries, request, shown);

export async function getDelivery(db: Db, id: string): Promise<Delivery> {
  const { rows } = await db.query<Row & Record<string, unknown>>({
    name: "delivery-get",
    text: `select ${columns} from deliveries where id = $1`,
    values: [id],
  });
  if (rows[0] === undefined)
    throw new DroverError("not-found", "DELIVERY_NOT_FOUND", `delivery ${id}: there is none; deliveries are kept for 30 days`);
  return shown(rows[0]);
}

function shown(row: Row): Delivery {
  const { title, text, subject } = row.message ?? messageOfWindow(row.event as "ClustersOffline", row.collected ?? nothing, 0);
  return {
    id: row.id,
    notification: row.notification,
    receiver: row.receiver,
    event: row.event,
    severity: row.severity,
    state: row.state,
    title,
    text,
    subject,
    attempts: row.attempts,
    log: row.log.map(({ at, ...attempt }) => ({ ...attempt, at: new Date(at).toISOString() })),
    createdAt: rfc3339(row.created_at),
    ...(row.settled_at === null ? { nextAttemptAt: rfc3339(row.next_at) } : { settledAt: rfc3339(row.settled_at) }),
  };
}

const nothing: ClusterWindow = { names: [], count: 0, since: "" };
