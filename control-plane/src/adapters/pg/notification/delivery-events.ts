import { eventChannel } from "../history/event-log.ts";

/** SQL: writes deliveries by a statement that returns their rows, and tells watchers of each. It answers `columns` of them. */
export const tellingOfDeliveries = (write: string, change: "Created" | "Updated", columns = "id"): string => `
  with written as (${write}),
       told as (
         insert into events (kind, subject, body)
         select 'DeliveryChanged', 'deliveries/' || id, jsonb_build_object('notification', notification, 'change', '${change}') from written)
  select ${columns}, pg_notify('${eventChannel}', '') from written`;
