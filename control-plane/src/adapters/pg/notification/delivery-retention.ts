import type { Db } from "../database.ts";

/** Removes what is older than `keepMs`, sent or not, and what is beyond the newest `keepRows`; and the keys of notifications that are no more. */
export async function removeOldDeliveries(
  db: Db,
  { keepMs, keepRows }: { readonly keepMs: number; readonly keepRows: number },
): Promise<void> {
  await db.query({
    name: "deliveries-remove",
    text: `delete from deliveries
            where created_at < now() - $1 * interval '1 millisecond'
               or seq <= (select seq from deliveries order by seq desc offset $2 limit 1)`,
    values: [keepMs, keepRows],
  });
  await db.query({
    name: "deliveries-remove-keys",
    text: `delete from work w
            where queue = 'notification' and due_at is null and lease_until < now()
              and not exists (select from fleet_objects where kind = 'Notification' and name = w.key)`,
  });
}
