import type { Delivery, Notification } from "@drover/proto/rest";
import type { ListRequest, Page } from "../page.ts";

/** PostgreSQL implements this. */
export interface NotificationReads {
  list(request: ListRequest): Promise<Page<Notification>>;
  /** Throws `not-found` NOTIFICATION_NOT_FOUND. */
  get(name: string): Promise<Notification>;
  listDeliveries(request: ListRequest): Promise<Page<Delivery>>;
  /** Throws `not-found` DELIVERY_NOT_FOUND. */
  getDelivery(id: string): Promise<Delivery>;
}
