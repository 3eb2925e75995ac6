import type { Claim, Outcome, Queue, WorkQueue } from "../../app/work-queue.ts";
import { type Instant, rfc3339 } from "@drover/kit";
import type { Db } from "./database.ts";

/** One NOTIFY channel for all queues; the payload is the queue's name. Only a wake-up: workers poll besides. */
export const workChannel = "drover_work";

/** Asks inside somebody's transaction, so that the request and its reason commit together. */
export async function askFor(db: Db, queue: Queue, keys: readonly string[], at?: Instant): Promise<void> {
  if (keys.length === 0) return;
  await db.query({
    name: "work-ask",
    text: `with asked as (
             insert into work (queue, key, due_at)
             select $1, k, coalesce($3::timestamptz, now()) from (select distinct unnest($2::text[]) as k order by 1) keys
             on conflict (queue, key) do update
               set due_at = least(work.due_at, excluded.due_at), asked = work.asked + 1)
           select pg_notify('${workChannel}', $1) where $3::timestamptz is null`,
    values: [queue, keys, at === undefined ? null : rfc3339(at)],
  });
}

async function claim(db: Db, queue: Queue, limit: number, leaseMs: number): Promise<readonly Claim[]> {
  const { rows } = await db.query<{ key: string; lease_epoch: number; asked: number; attempts: number }>({
    name: "work-claim",
    text: `update work w
              set lease_epoch = w.lease_epoch + 1, lease_until = now() + $3 * interval '1 millisecond'
             from (select queue, key from work
                    where queue = $1 and due_at <= now() and lease_until < now()
                    order by due_at limit $2 for update skip locked) due
            where w.queue = due.queue and w.key = due.key
           returning w.key, w.lease_epoch, w.asked, w.attempts`,
    values: [queue, limit, leaseMs],
  });
  return rows.map((row) => ({ queue, key: row.key, leaseEpoch: row.lease_epoch, asked: row.asked, attempts: row.attempts }));
}

async function renew(db: Db, { queue, key, leaseEpoch }: Claim, leaseMs: number): Promise<boolean> {
  const { rowCount } = await db.query({
    name: "work-renew",
    text: `update work set lease_until = now() + $4 * interval '1 millisecond' where queue = $1 and key = $2 and lease_epoch = $3`,
    values: [queue, key, leaseEpoch, leaseMs],
  });
  return rowCount === 1;
}

/** A request made while the work went on (`asked` moved) keeps the key due, whatever the outcome. */
async function settle(db: Db, { queue, key, leaseEpoch, asked }: Claim, outcome: Outcome): Promise<boolean> {
  const next = outcome.kind === "recheck" ? outcome.at : outcome.kind === "failed" ? outcome.retryAt : undefined;
  const error = outcome.kind === "failed" ? { code: outcome.code, message: outcome.message } : null;
  const { rowCount } = await db.query({
    name: "work-settle",
    text: `update work
              set due_at = case when asked <> $4 then least(now(), due_at) else $5::timestamptz end,
                  lease_until = '-infinity',
                  attempts = case when $6::jsonb is null then 0 else attempts + 1 end,
                  last_error = $6::jsonb
            where queue = $1 and key = $2 and lease_epoch = $3`,
    values: [queue, key, leaseEpoch, asked, next === undefined ? null : rfc3339(next), error],
  });
  return rowCount === 1;
}

export const createWorkQueue = (db: Db): WorkQueue => ({
  ask: (queue, keys, at) => askFor(db, queue, keys, at),
  claim: (queue, limit, leaseMs) => claim(db, queue, limit, leaseMs),
  renew: (claimed, leaseMs) => renew(db, claimed, leaseMs),
  settle: (claimed, outcome) => settle(db, claimed, outcome),
});
