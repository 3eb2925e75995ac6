import type { Delivery } from "@drover/proto/rest";
import { testMessage } from "../../domain/notification/test-message.ts";
import type { Caller } from "../access/caller.ts";
import type { NewDelivery } from "../../domain/notification/decide.ts";
import type { NotificationReads } from "./notification-reads.ts";

/** What people have sent, with its audit row. PostgreSQL implements this. */
export interface HandDeliveries {
  add(delivery: NewDelivery, caller: Caller, reason: string | undefined): Promise<{ readonly id: string }>;
  /** Throws `wrong-state` DELIVERY_NOT_DEAD, or `not-found` DELIVERY_NOT_FOUND. */
  revive(id: string, caller: Caller, reason: string | undefined): Promise<void>;
}

interface Deps {
  readonly reads: Pick<NotificationReads, "get" | "getDelivery">;
  readonly deliveries: HandDeliveries;
  readonly newId: () => string;
  readonly now: () => string;
}

export const createSendByHand = ({ reads, deliveries, newId, now }: Deps) => ({
  async testNotification(caller: Caller, name: string, reason?: string): Promise<Delivery> {
    const { spec: form } = await reads.get(name);
    const message = testMessage(name, caller.actor, now(), form.receiver.type);
    const { id } = await deliveries.add({ route: { name, form }, cause: `test ${newId()}`, message }, caller, reason);
    return reads.getDelivery(id);
  },
  async retryDelivery(caller: Caller, id: string, reason?: string): Promise<Delivery> {
    await deliveries.revive(id, caller, reason);
    return reads.getDelivery(id);
  },
});

export type SendByHand = ReturnType<typeof createSendByHand>;
