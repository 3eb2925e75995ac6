import { DroverError } from "@drover/kit";
import type { HandDeliveries } from "../../../app/notification/send-by-hand.ts";
import { recordAudit } from "../access/audit-log.ts";
import type { Database, Db } from "../database.ts";
import { askFor } from "../work-queue.ts";
import { tellingOfDeliveries } from "./delivery-events.ts";
import { insertDeliveries } from "./insert-deliveries.ts";

export const createHandDeliveries = (database: Database): HandDeliveries => ({
  add: (delivery, caller, reason) =>
    database.transaction(async (tx) => {
      const [id = ""] = await insertDeliveries(tx, [delivery]);
      const { name } = delivery.route;
      const { actor, requestId } = caller;
      await recordAudit(tx, {
        actor,
        action: "notification.test",
        object: `notifications/${name}`,
        result: "allowed",
        requestId,
        details: { reason },
      });
      await askFor(tx, "notification", [name]);
      return { id };
    }),
  revive: (id, { actor, requestId }, reason) =>
    database.transaction(async (tx) => {
      const notification = await revive(tx, id);
      await recordAudit(tx, {
        actor,
        action: "delivery.retry",
        object: `deliveries/${id}`,
        result: "allowed",
        requestId,
        details: { reason },
      });
      await askFor(tx, "notification", [notification]);
    }),
});

/** Its attempts begin anew: whoever asks has mended something. */
async function revive(tx: Db, id: string): Promise<string> {
  const { rows } = await tx.query<{ notification: string }>({
    name: "delivery-revive",
    text: tellingOfDeliveries(
      `update deliveries set state = 'Pending', attempts = 0, next_at = now(), settled_at = null, version = version + 1
        where id = $1 and state = 'Dead' returning *`,
      "Updated",
      "notification",
    ),
    values: [id],
  });
  if (rows[0] !== undefined) return rows[0].notification;
  const { rows: found } = await tx.query<{ state: string }>({
    name: "delivery-state",
    text: "select state from deliveries where id = $1",
    values: [id],
  });
  if (found[0] === undefined)
    throw new DroverError("not-found", "DELIVERY_NOT_FOUND", `delivery ${id}: there is none; deliveries are kept for 30 days`);
  throw new DroverError(
    "wrong-state",
    "DELIVERY_NOT_DEAD",
    `retry delivery ${id}: it is ${found[0].state}, and only dead ones are tried again`,
  );
}
