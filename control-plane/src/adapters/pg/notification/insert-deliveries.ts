import { randomUUID } from "node:crypto";
import type { NewDelivery } from "../../../domain/notification/decide.ts";
import type { Db } from "../database.ts";
import { storableJson } from "../storable-json.ts";
import { tellingOfDeliveries } from "./delivery-events.ts";

/** What was sent for the same cause before is not sent again. Answers the ids of those that are new. */
export async function insertDeliveries(tx: Db, deliveries: readonly NewDelivery[]): Promise<readonly string[]> {
  if (deliveries.length === 0) return [];
  const { rows } = await tx.query<{ id: string }>({
    name: "deliveries-insert",
    text: tellingOfDeliveries(
      `insert into deliveries (id, notification, receiver, cause, event, severity, state, message, created_at)
       select d.id, d.notification, d.receiver, d.cause, d.event, d.severity, 'Pending', d.message, clock_timestamp()
         from jsonb_to_recordset($1::jsonb)
           as d (id text, notification text, receiver text, cause text, event text, severity text, message jsonb, n bigint)
        order by d.n
       on conflict (notification, cause) do nothing returning *`,
      "Created",
    ),
    values: [
      storableJson(
        deliveries.map(({ route, cause, message }, n) => ({
          n,
          id: randomUUID(),
          notification: route.name,
          receiver: route.form.receiver.type,
          cause,
          event: message.event,
          severity: message.severity,
          message,
        })),
      ),
    ],
  });
  return rows.map(({ id }) => id);
}
