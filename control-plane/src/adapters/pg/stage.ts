import { DroverError } from "@drover/kit";
import type { Database, Db } from "./database.ts";

/** A transaction that looks like a database to whatever is built upon one. Transactions in it are savepoints, one after another. */
export function stageOf(tx: Db): Database {
  let last: Promise<unknown> = Promise.resolve();
  const stage: Database = {
    query: (statement) => tx.query(statement),
    transaction: (work) => {
      const mine = last.then(() => inSavepoint(tx, work));
      last = mine.catch(() => {});
      return mine;
    },
    rehearse: (work) => work(stage),
    listen: () => Promise.reject(notHere("listen")),
    close: () => Promise.reject(notHere("close")),
  };
  return stage;
}

async function inSavepoint<T>(tx: Db, work: (tx: Db) => Promise<T>): Promise<T> {
  await tx.query({ text: "savepoint stage" });
  try {
    const result = await work(tx);
    await tx.query({ text: "release savepoint stage" });
    return result;
  } catch (error) {
    await tx.query({ text: "rollback to savepoint stage" });
    throw error;
  }
}

const notHere = (what: string): DroverError =>
  new DroverError("internal", "INTERNAL", `a stage cannot ${what}: it ends with its rehearsal`);

/** Whoever waits for a stage is answered within seconds; more than this would not be. */
const maxWaiting = 50;

/** So many at once, the others in the order in which they came. */
export function createPlaces(places: number): <T>(work: () => Promise<T>) => Promise<T> {
  let free = places;
  const waiting: (() => void)[] = [];
  const enter = async (): Promise<void> => {
    if (free > 0) return void (free -= 1);
    if (waiting.length >= maxWaiting)
      throw new DroverError("exhausted", "TOO_MANY_REHEARSALS", "too many requests with validateOnly at once: come back in a moment");
    await new Promise<void>((resolve) => waiting.push(resolve));
  };
  const leave = (): void => {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  };
  return async (work) => {
    await enter();
    try {
      return await work();
    } finally {
      leave();
    }
  };
}
