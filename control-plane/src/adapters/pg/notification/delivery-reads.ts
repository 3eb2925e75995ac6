import { DroverError, type Instant, rfc3339 } from "@drover/kit";
import type { Delivery, DeliveryAttempt } from "@drover/proto/rest";
import type { DeliveryFilter } from "../../../app/notification/notification-reads.ts";
import { type Page, type PageRequest, pageOf } from "../../../app/page.ts";
import { type ClusterWindow, messageOfWindow } from "../../../domain/notification/cluster-window.ts";
import type { Message } from "../../../domain/notification/message.ts";
import type { Db } from "../database.ts";

interface Row {
  readonly seq: number;
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

export async function listDeliveries(db: Db, filter: DeliveryFilter, { size, after }: PageRequest): Promise<Page<Delivery>> {
  const { rows } = await db.query<Row & Record<string, unknown>>({
    name: "deliveries-list",
    text: `select ${columns} from deliveries
            where ($1::text is null or notification = $1) and ($2::text is null or event = $2) and ($3::text is null or severity = $3)
              and ($4::text is null or state = $4) and ($5::bigint is null or seq < $5)
            order by seq desc limit $6`,
    values: [
      filter.notification ?? null,
      filter.event ?? null,
      filter.severity ?? null,
      filter.state ?? null,
      after?.[0] ?? null,
      size + 1,
    ],
  });
  return pageOf(rows, size, shown, (row) => [row.seq]);
}

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
