import { type Instant, instant } from "@drover/kit";
import type { Begun, IdempotencyKeys, StoredAnswer } from "../../../app/access/idempotency.ts";
import type { Db } from "../database.ts";

/** Longer than any request may take: after it, whoever began is gone. */
const abandonedAfterMs = 60_000;
const keptForMs = 24 * 3_600_000;

export const createIdempotencyKeys = (db: Db): IdempotencyKeys => ({
  begin: (subject, key, hash) => begin(db, subject, key, hash),
  finish: (subject, key, startedAt, answer) => finish(db, subject, key, startedAt, answer),
  forget: (subject, key, startedAt) => forget(db, subject, key, startedAt),
});

interface KeyRow {
  readonly request_hash: Buffer;
  readonly response: StoredAnswer | null;
}

/** The insert decides between two at once. A beginning is known by its time, which no two of one key share: the row lock orders them. */
async function begin(db: Db, subject: string, key: string, hash: Uint8Array): Promise<Begun> {
  const { rows } = await db.query<{ started: number }>({
    name: "idempotency-begin",
    text: `insert into idempotency_keys as k (subject, key, request_hash, created_at)
           values ($1, $2, $3, date_trunc('milliseconds', clock_timestamp()))
           on conflict (subject, key) do update
             set request_hash = excluded.request_hash, status = null, response = null,
                 created_at = greatest(excluded.created_at, k.created_at + interval '1 millisecond')
             where k.created_at < now() - $4 * interval '1 millisecond'
                or (k.response is null and k.request_hash = excluded.request_hash
                    and k.created_at < now() - $5 * interval '1 millisecond')
           returning created_at as started`,
    values: [subject, key, hash, keptForMs, abandonedAfterMs],
  });
  if (rows[0] !== undefined) return { kind: "begun", startedAt: instant(rows[0].started) };
  const known = await find(db, subject, key);
  if (known === undefined) return { kind: "running" }; // forgotten in between: the client asks again
  if (!known.request_hash.equals(hash)) return { kind: "other-request" };
  return known.response === null ? { kind: "running" } : { kind: "answered", answer: known.response };
}

async function find(db: Db, subject: string, key: string): Promise<KeyRow | undefined> {
  const { rows } = await db.query<KeyRow>({
    name: "idempotency-find",
    text: "select request_hash, response from idempotency_keys where subject = $1 and key = $2",
    values: [subject, key],
  });
  return rows[0];
}

async function finish(db: Db, subject: string, key: string, startedAt: Instant, answer: StoredAnswer): Promise<void> {
  await db.query({
    name: "idempotency-finish",
    text: `update idempotency_keys set status = $4, response = $5
            where subject = $1 and key = $2 and created_at = to_timestamp($3::double precision / 1000) and response is null`,
    values: [subject, key, startedAt, answer.status, JSON.stringify(answer)],
  });
}

async function forget(db: Db, subject: string, key: string, startedAt: Instant): Promise<void> {
  await db.query({
    name: "idempotency-forget",
    text: `delete from idempotency_keys
            where subject = $1 and key = $2 and created_at = to_timestamp($3::double precision / 1000) and response is null`,
    values: [subject, key, startedAt],
  });
}

/** Answers are kept for a day. */
export async function removeOldIdempotencyKeys(db: Db): Promise<void> {
  await db.query({
    name: "idempotency-remove",
    text: "delete from idempotency_keys where created_at < now() - $1 * interval '1 millisecond'",
    values: [keptForMs],
  });
}
