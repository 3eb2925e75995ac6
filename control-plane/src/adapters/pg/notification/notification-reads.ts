import { DroverError, type Instant, rfc3339 } from "@drover/kit";
import type { Notification } from "@drover/proto/rest";
import type { NotificationReads } from "../../../app/notification/notification-reads.ts";
import { type Page, type PageRequest, pageOf } from "../../../app/page.ts";
import type { Problem } from "../../../domain/release/release.ts";
import type { Db } from "../database.ts";
import { getDelivery, listDeliveries } from "./delivery-reads.ts";

interface Row {
  readonly name: string;
  readonly form: Notification["spec"];
  readonly path: string;
  readonly commit: string;
  readonly version: number;
  readonly updated_at: Instant;
  readonly problem: Problem | null;
  readonly waiting: number;
  readonly dead: number;
  readonly delivered_at: Instant | null;
}

export const createNotificationReads = (db: Db): NotificationReads => ({
  list: (page) => list(db, undefined, page),
  async get(name) {
    const { items } = await list(db, name, { size: 1, after: undefined });
    if (items[0] !== undefined) return items[0];
    throw new DroverError("not-found", "NOTIFICATION_NOT_FOUND", `notification ${name}: the fleet repository has no such file`);
  },
  listDeliveries: (request) => listDeliveries(db, request),
  getDelivery: (id) => getDelivery(db, id),
});

async function list(db: Db, name: string | undefined, { size, after }: PageRequest): Promise<Page<Notification>> {
  const { rows } = await db.query<Row & Record<string, unknown>>({
    name: "notifications-list",
    text: `select o.name, o.form, o.path, o.commit, o.version, o.updated_at, o.problem, d.waiting, d.dead, d.delivered_at
             from fleet_objects o
             cross join lateral (
               select count(*) filter (where state in ('Collecting', 'Pending'))::int as waiting,
                      count(*) filter (where state = 'Dead')::int as dead, max(settled_at) filter (where state = 'Delivered') as delivered_at
                 from deliveries where notification = o.name) d
            where o.kind = 'Notification' and o.form is not null and ($1::text is null or o.name = $1) and ($2::text is null or o.name > $2)
            order by o.name limit $3`,
    values: [name ?? null, after?.[0] ?? null, size + 1],
  });
  return pageOf(rows, size, shown, (row) => [row.name]);
}

const shown = ({ form, updated_at, problem, delivered_at, ...row }: Row): Notification => ({
  name: row.name,
  spec: form,
  waiting: row.waiting,
  dead: row.dead,
  ...(delivered_at === null ? {} : { lastDeliveredAt: rfc3339(delivered_at) }),
  path: row.path,
  commit: row.commit,
  version: row.version,
  updatedAt: rfc3339(updated_at),
  ...(problem === null ? {} : { problem: { code: problem.code, message: problem.message } }),
});
