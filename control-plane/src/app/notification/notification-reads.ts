import type { Delivery, Notification, Query } from "@drover/proto/rest";
import type { Page, PageRequest } from "../page.ts";

export type DeliveryFilter = Pick<Query<"listDeliveries">, "notification" | "event" | "severity" | "state">;

/** PostgreSQL implements this. */
export interface NotificationReads {
  list(page: PageRequest): Promise<Page<Notification>>;
  /** Throws `not-found` NOTIFICATION_NOT_FOUND. */
  get(name: string): Promise<Notification>;
  listDeliveries(filter: DeliveryFilter, page: PageRequest): Promise<Page<Delivery>>;
  /** Throws `not-found` DELIVERY_NOT_FOUND. */
  getDelivery(id: string): Promise<Delivery>;
}
