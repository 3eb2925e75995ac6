import type { ClusterId } from "@drover/kit";
import type { Db } from "../database.ts";

/** Wakes publishers; its payload is empty. They poll besides. */
export const envelopeChannel = "drover_envelopes";

/**
 * Says, in the transaction that changes assignments, that these clusters' envelopes must be sent anew. Every change of an
 * assignment goes through here: two contents under one (epoch, sequence) would look alike to the replay check.
 */
export async function markEnvelopesChanged(db: Db, clusterIds: readonly ClusterId[]): Promise<void> {
  if (clusterIds.length === 0) return;
  await db.query({
    name: "envelopes-mark-changed",
    text: `with changed as (
             insert into envelopes (cluster_id, sequence, issued_at)
             select distinct id, 1, now() from unnest($1::text[]) as id order by id
             on conflict (cluster_id) do update set sequence = envelopes.sequence + 1, issued_at = excluded.issued_at)
           select pg_notify('${envelopeChannel}', '')`,
    values: [clusterIds],
  });
}
