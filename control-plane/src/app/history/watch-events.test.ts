import { setTimeout as sleep } from "node:timers/promises";
import { createLog, systemClock } from "@drover/kit/node";
import type { Event } from "@drover/proto/rest";
import { expect, onTestFinished, test, vi } from "vitest";
import { type EventPosition, type EventReads, isAfter } from "./event-reads.ts";
import { matchesEvent } from "./matches-event.ts";
import { createEventWatch } from "./watch-events.ts";

/** Keeps the port's contract in memory, and counts how often it is read. */
function eventLog() {
  const stored: (Event & { readonly position: EventPosition })[] = [];
  const asked: { reads: number; fails: boolean } = { reads: 0, fails: false };
  const newest = (): EventPosition => ({ xid: String(stored.length), id: Number.MAX_SAFE_INTEGER });
  const reads: EventReads = {
    async read(filter, after, limit) {
      asked.reads += 1;
      if (asked.fails) throw new Error("the database is away");
      const events = stored.filter((event) => isAfter(event.position, after) && matchesEvent(filter, event)).slice(0, limit);
      return { events, reached: events.length === limit ? (events.at(-1)?.position ?? after) : newest() };
    },
    tail: async () => ({ events: [], reached: newest() }),
    newest: async () => newest(),
    isKept: async () => true,
  };
  const watch = createEventWatch({ reads, clock: systemClock, log: createLog("test", "silent") });
  const append = (kind: string, times = 1): void => {
    for (let n = 0; n < times; n += 1) {
      const position = { xid: String(stored.length + 1), id: stored.length + 1 };
      const cursor = `${position.xid}-${position.id}`;
      stored.push({ position, cursor, at: "2026-11-21T08:00:00.000Z", kind, subject: `rollouts/${kind}`, body: {} });
    }
    watch.wake();
  };
  return { asked, watch, append };
}

/** Takes what comes until the test ends; each batch as long as `takes` allows. */
async function streaming({ watch }: ReturnType<typeof eventLog>, after?: string, kinds: string[] = [], takes = async () => {}) {
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const seen: string[] = [];
  const batches = await watch.watch({ kinds, subject: undefined }, after, stop.signal);
  const done = (async () => {
    for await (const batch of batches) {
      seen.push(...batch.map(({ cursor }) => cursor));
      await takes();
    }
  })();
  return { seen, stop: () => stop.abort(), done };
}

const until = (is: () => boolean): Promise<void> => vi.waitUntil(is, { timeout: 5_000, interval: 5 }).then(() => {});
const cursors = (from: number, to: number): string[] => Array.from({ length: to - from + 1 }, (_, n) => `${from + n}-${from + n}`);

test("however many streams there are, what is committed is read once", async () => {
  const log = eventLog();
  const readsFor = async (streams: number): Promise<number> => {
    const all = await Promise.all(Array.from({ length: streams }, () => streaming(log)));
    const heard = async (n: number): Promise<void> => {
      log.append("A");
      await until(() => all.every(({ seen }) => seen.length === n));
    };
    await heard(1); // each may have looked by itself until now
    const before = log.asked.reads;
    for (let n = 2; n <= 6; n += 1) await heard(n);
    for (const { stop } of all) stop();
    return log.asked.reads - before;
  };
  const [few, many] = [await readsFor(1), await readsFor(100)];
  expect(many).toBeLessThanOrEqual(few + 3); // an idle second may pass on a busy machine
});

test("a burst of commits is read in a few looks", async () => {
  const log = eventLog();
  const { seen } = await streaming(log);
  const before = log.asked.reads;
  for (let n = 0; n < 100; n += 1) {
    log.append("A");
    await sleep(1);
  }
  await until(() => seen.length === 100);
  expect(log.asked.reads - before).toBeLessThan(20);
});

test("a stream from an older cursor catches up by itself, and hears everything once", async () => {
  const log = eventLog();
  log.append("A", 450);
  const newcomer = await streaming(log);
  const old = await streaming(log, "0-0");
  log.append("A", 50);
  await until(() => old.seen.length >= 500 && newcomer.seen.length >= 50);
  expect(old.seen).toEqual(cursors(1, 500));
  expect(newcomer.seen).toEqual(cursors(451, 500));
});

test("a stream that falls behind holds nobody up, and misses nothing", async () => {
  const log = eventLog();
  const room = Promise.withResolvers<void>();
  const slow = await streaming(log, undefined, [], () => room.promise);
  const quick = await streaming(log);
  for (let n = 0; n < 6; n += 1) {
    log.append("A", 500);
    await until(() => quick.seen.length === (n + 1) * 500);
  }
  expect(slow.seen.length).toBeLessThan(1_000);
  room.resolve();
  await until(() => slow.seen.length >= 3_000);
  expect(slow.seen).toEqual(cursors(1, 3_000));
});

test("each stream hears its own kinds", async () => {
  const log = eventLog();
  const [a, b] = [await streaming(log, undefined, ["A"]), await streaming(log, undefined, ["B"])];
  log.append("A");
  log.append("B");
  log.append("C");
  log.append("A");
  await until(() => a.seen.length === 2 && b.seen.length === 1);
  expect([a.seen, b.seen]).toEqual([["1-1", "4-4"], ["2-2"]]);
});

test("streams outlive a database that is away", async () => {
  const log = eventLog();
  const { seen } = await streaming(log);
  await until(() => log.asked.reads > 0);
  log.asked.fails = true;
  log.append("A");
  const before = log.asked.reads;
  await until(() => log.asked.reads > before);
  log.asked.fails = false;
  await until(() => seen.length === 1);
  expect(seen).toEqual(["1-1"]);
});

test("a stream ends with its signal, also while it waits", async () => {
  const log = eventLog();
  const { stop, done } = await streaming(log);
  await until(() => log.asked.reads > 0);
  stop();
  await expect(done).resolves.toBeUndefined();
});
