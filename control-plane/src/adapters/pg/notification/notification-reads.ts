import { DroverError, type Instant, rfc3339 } from "@drover/kit";
import { type Notification, notificationFields } from "@drover/proto/rest";
import type { NotificationReads } from "../../../app/notification/notification-reads.ts";
import { type ListRequest, type Page, unfiltered } from "../../../app/page.ts";
import type { Problem } from "../../../domain/release/release.ts";
import type { Db } from "../database.ts";
import { type List, listPage } from "../list.ts";
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
  list: (request) => list(db, request),
  async get(name) {
    const { items } = await list(db, { ...unfiltered({ size: 1, after: undefined }), only: { name: [name] } });
    if (items[0] !== undefined) return items[0];
    throw new DroverError("not-found", "NOTIFICATION_NOT_FOUND", `notification ${name}: the fleet repository has no such file`);
  },
  listDeliveries: (request) => listDeliveries(db, request),
  getDelivery: (id) => getDelivery(db, id),
});

const notifications: List<keyof typeof notificationFields> = {
  name: "notifications-list",
  fields: notificationFields,
  columns: {
    name: "o.name",
    updatedAt: "o.updated_at",
    waiting: "d.waiting",
    dead: "d.dead",
    path: "o.path",
    commit: "o.commit",
    version: "o.version",
    problem: "(o.problem ->> 'code')",
  },
  select: "o.name, o.form, o.path, o.commit, o.version, o.updated_at, o.problem, d.waiting, d.dead, d.delivered_at",
  from: `fleet_objects o
         cross join lateral (
           select count(*) filter (where state in ('Collecting', 'Pending'))::int as waiting, count(*) filter (where state = 'Dead')::int as dead,
                  max(settled_at) filter (where state = 'Delivered') as delivered_at
             from deliveries where notification = o.name) d`,
  where: "o.kind = 'Notification' and o.form is not null",
  order: [],
  unique: ["name"],
};

const list = (db: Db, request: ListRequest): Promise<Page<Notification>> =>
  listPage<Row & Record<string, unknown>, Notification, keyof typeof notificationFields>(db, notifications, request, shown);

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
