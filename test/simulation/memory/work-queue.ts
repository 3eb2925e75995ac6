import { type Instant, instant, later } from "@drover/kit";
import type { Claim, Outcome, Queue, WorkQueue } from "../../../control-plane/src/app/work-queue.ts";
import type { MemoryDatabase } from "./database.ts";
import type { WorkRow } from "./rows.ts";

const never = instant(Number.NEGATIVE_INFINITY);

/** Asks inside somebody's transaction, so that the request and its reason commit together. */
export function askFor({ work, now }: MemoryDatabase, queue: Queue, keys: Iterable<string>, at: Instant = now()): void {
  for (const key of new Set(keys)) {
    const row = work.get(`${queue} ${key}`);
    const asked: WorkRow = row
      ? { ...row, dueAt: row.dueAt === undefined || at < row.dueAt ? at : row.dueAt, asked: row.asked + 1 }
      : { queue, key, dueAt: at, asked: 1, attempts: 0, leaseUntil: never, leaseEpoch: 0 };
    work.put(`${queue} ${key}`, asked);
  }
}

export const createMemoryWorkQueue = (database: MemoryDatabase): WorkQueue => ({
  ask: async (queue, keys, at) => database.transaction(() => askFor(database, queue, keys, at)),
  claim: async (queue, limit, leaseMs) => database.transaction(() => claim(database, queue, limit, leaseMs)),
  renew: async (claimed, leaseMs) =>
    database.transaction(() => change(database, claimed, (row) => ({ ...row, leaseUntil: later(database.now(), leaseMs) }))),
  settle: async (claimed, outcome) =>
    database.transaction(() => change(database, claimed, (row) => settled(row, claimed, outcome, database.now()))),
});

function claim({ work, now }: MemoryDatabase, queue: Queue, limit: number, leaseMs: number): readonly Claim[] {
  const due = work
    .of(queue)
    .filter(({ dueAt, leaseUntil }) => dueAt !== undefined && dueAt <= now() && leaseUntil < now())
    .toSorted((a, b) => (a.dueAt ?? 0) - (b.dueAt ?? 0))
    .slice(0, limit);
  return due.map((row) => {
    const { key, asked, attempts } = row;
    const leaseEpoch = row.leaseEpoch + 1;
    work.put(`${queue} ${key}`, { ...row, leaseEpoch, leaseUntil: later(now(), leaseMs) });
    return { queue, key, leaseEpoch, asked, attempts };
  });
}

/** False when the claim was lost to somebody else. */
function change({ work }: MemoryDatabase, { queue, key, leaseEpoch }: Claim, next: (row: WorkRow) => WorkRow): boolean {
  const row = work.get(`${queue} ${key}`);
  if (row === undefined || row.leaseEpoch !== leaseEpoch) return false;
  work.put(`${queue} ${key}`, next(row));
  return true;
}

/** A request made while the work went on (`asked` moved) keeps the key due, whatever the outcome. */
function settled(row: WorkRow, { asked }: Claim, outcome: Outcome, now: Instant): WorkRow {
  const next = outcome.kind === "recheck" ? outcome.at : outcome.kind === "failed" ? outcome.retryAt : undefined;
  const soonest = row.dueAt === undefined || now < row.dueAt ? now : row.dueAt;
  return {
    ...row,
    dueAt: row.asked === asked ? next : soonest,
    leaseUntil: never,
    attempts: outcome.kind === "failed" ? row.attempts + 1 : 0,
  };
}
