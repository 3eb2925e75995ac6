import { Type } from "typebox";
import {
  Delivery,
  deliveryFields,
  DeliveryState,
  Notification,
  notificationFields,
  NotificationEvent,
  RetryDelivery,
  Severity,
  TestNotification,
} from "../notification.ts";
import { listOf, listQuery, queryOf } from "../page.ts";
import type { Route } from "../route.ts";
import { rehearsed } from "../validate-only.ts";
import { Id, Name } from "../words.ts";

const ofNotification = Type.Object({ notification: Name });
const ofDelivery = Type.Object({ delivery: Id });

export const notificationRoutes = {
  listNotifications: {
    method: "GET",
    path: "/v1/notifications",
    permission: "fleet.read",
    summary: "Who hears of what, by name, and how much waits to be sent",
    list: notificationFields,
    query: queryOf(listQuery(notificationFields)),
    status: 200,
    answer: listOf(Notification),
  },
  getNotification: {
    method: "GET",
    path: "/v1/notifications/{notification}",
    permission: "fleet.read",
    summary: "One notification",
    params: ofNotification,
    versioned: true,
    status: 200,
    answer: Notification,
  },
  testNotification: {
    method: "POST",
    path: "/v1/notifications/{notification}/test",
    permission: "notification.send",
    summary: "Sends a test message to the receiver, whatever the notification chooses",
    params: ofNotification,
    body: TestNotification,
    status: 202,
    answer: Delivery,
    location: "/v1/deliveries/{id}",
  },
  listDeliveries: {
    method: "GET",
    path: "/v1/deliveries",
    permission: "fleet.read",
    summary: "Messages of the last 30 days and what became of them, newest first",
    list: deliveryFields,
    query: queryOf({
      notification: Type.Optional(Name),
      event: Type.Optional(NotificationEvent),
      severity: Type.Optional(Severity),
      state: Type.Optional(DeliveryState),
      ...listQuery(deliveryFields),
    }),
    status: 200,
    answer: listOf(Delivery),
  },
  getDelivery: {
    method: "GET",
    path: "/v1/deliveries/{delivery}",
    permission: "fleet.read",
    summary: "One message, with its attempts",
    params: ofDelivery,
    status: 200,
    answer: Delivery,
  },
  retryDelivery: {
    method: "POST",
    path: "/v1/deliveries/{delivery}/retry",
    permission: "notification.send",
    summary: "Sends a message again that was given up on",
    params: ofDelivery,
    ...rehearsed,
    body: RetryDelivery,
    status: 202,
    answer: Delivery,
  },
} as const satisfies Record<string, Route>;
