import { Type, type Static } from "typebox";
import { notificationWords, receiverWords, severityWords } from "../fleet/notification-words.ts";
import { Notification as NotificationForm } from "../fleet/schemas.ts";
import { listFields } from "./list-fields.ts";
import { Counter, Id, Name, ReasonText, Time, Trouble } from "./words.ts";

const words = <const Words extends readonly string[]>(list: readonly [...Words], description: string) =>
  Type.Enum([...list] as [...Words], { type: "string", description });

export const Severity = words(severityWords, "Info asks nothing, Warning a look today, Critical a look now");
export const ReceiverType = words(receiverWords, "what messages are sent to");
export const NotificationEvent = words([...notificationWords, "Test"], "what a message tells");
export const DeliveryState = words(
  ["Collecting", "Pending", "Delivered", "Dead"],
  "Collecting: more of the same may come within seconds. Dead: not tried again unless somebody asks",
);

/** A file of `notifications/`, and how its messages fare. */
export const Notification = Type.Object(
  {
    name: Name,
    spec: NotificationForm,
    waiting: Type.Integer({ minimum: 0, description: "messages not delivered yet" }),
    dead: Type.Integer({ minimum: 0, description: "messages given up on" }),
    lastDeliveredAt: Type.Optional(Time),
    path: Type.String({ description: "its file in the fleet repository" }),
    commit: Type.String({ description: "the fleet commit that last changed it" }),
    version: Counter,
    updatedAt: Time,
    problem: Type.Optional(Trouble),
  },
  { $id: "Notification" },
);
export type Notification = Static<typeof Notification>;

export const notificationFields = listFields(Notification, {
  sorted: ["name", "updatedAt", "waiting", "dead"],
  filtered: ["path", "commit", "version", "problem"],
});

export const DeliveryAttempt = Type.Object(
  {
    at: Time,
    result: words(["Delivered", "Refused", "Failed"], "Refused: trying again cannot help. Failed: it may"),
    code: Type.Optional(Type.String({ description: "stable; see the reference of errors" })),
    said: Type.String({ maxLength: 500, description: "by the receiver, or why it was not reached" }),
    tookMs: Type.Integer({ minimum: 0 }),
  },
  { $id: "DeliveryAttempt" },
);
export type DeliveryAttempt = Static<typeof DeliveryAttempt>;

/** One message to one notification's receiver. */
export const Delivery = Type.Object(
  {
    id: Id,
    notification: Name,
    receiver: ReceiverType,
    event: NotificationEvent,
    severity: Severity,
    state: DeliveryState,
    title: Type.String(),
    text: Type.String(),
    subject: Type.String({ description: "what it tells of, like rollouts/<id>" }),
    attempts: Type.Integer({ minimum: 0 }),
    log: Type.Array(DeliveryAttempt, { description: "the last attempts, oldest first" }),
    createdAt: Time,
    nextAttemptAt: Type.Optional(Time),
    settledAt: Type.Optional(Time),
  },
  { $id: "Delivery" },
);
export type Delivery = Static<typeof Delivery>;

export const deliveryFields = listFields(Delivery, {
  sorted: ["createdAt"],
  filtered: ["id", "notification", "receiver", "event", "severity", "state", "attempts", "subject"],
});

export const TestNotification = Type.Object(
  { reason: Type.Optional(ReasonText) },
  { $id: "TestNotification", additionalProperties: false },
);
export type TestNotification = Static<typeof TestNotification>;

export const RetryDelivery = Type.Object({ reason: Type.Optional(ReasonText) }, { $id: "RetryDelivery", additionalProperties: false });
export type RetryDelivery = Static<typeof RetryDelivery>;
