import type { Delivery, Notification } from "@drover/proto/rest";
import type { NotificationReads } from "../notification/notification-reads.ts";
import type { ListRequest } from "../page.ts";
import { textOf } from "./event-body.ts";
import { isCreation } from "./watched-fleet-objects.ts";
import { narrowedList } from "./narrowed-list.ts";
import type { Watched } from "./watch-resource.ts";

/** A notification shows what waits to be sent. */
export const watchedNotifications = (reads: Pick<NotificationReads, "list">, asked: ListRequest): Watched<Notification> => ({
  events: { kinds: ["FleetObjectChanged", "DeliveryChanged"], subject: undefined },
  subjectsOf: ({ kind, subject, body }) =>
    kind === "DeliveryChanged" ? textOf(body["notification"]) : subject.startsWith("notifications/") ? textOf(body["name"]) : [],
  creates: isCreation,
  nameOf: ({ name }) => name,
  keyOf: ({ name }) => name,
  ...narrowedList(reads.list, asked, (names) => ({ name: names })),
});

export const watchedDeliveries = (reads: Pick<NotificationReads, "listDeliveries">, asked: ListRequest): Watched<Delivery> => ({
  events: { kinds: ["DeliveryChanged"], subject: "deliveries/" },
  subjectsOf: ({ subject }) => [subject.slice("deliveries/".length)],
  creates: isCreation,
  nameOf: ({ id }) => id,
  keyOf: ({ id }) => id,
  ...narrowedList(reads.listDeliveries, asked, (ids) => ({ id: ids })),
});
