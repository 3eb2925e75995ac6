import { systemClock } from "@drover/kit/node";
import { expect, test } from "vitest";
import { Batch } from "./batch.ts";

/** Has a batch of `everyMs` handle one item, which takes this long, and answers how long it rests behind it. */
async function restAfter({ everyMs, tookMs }: { readonly everyMs: number; readonly tookMs: number }): Promise<number> {
  const stop = new AbortController();
  let nowMs = 0;
  let rest = 0;
  const clock = {
    ...systemClock,
    monotonicMs: () => nowMs,
    sleep: async (ms: number) => {
      rest = ms;
      stop.abort();
    },
  };
  const batch = new Batch<string>(everyMs);
  batch.add("a");
  await batch.run(() => void (nowMs += tookMs), clock, stop.signal);
  return rest;
}

test.each([
  { name: "what takes no time is handled at its pace", everyMs: 100, tookMs: 0, rest: 100 },
  { name: "what takes long leaves the processor to others", everyMs: 100, tookMs: 50, rest: 950 },
  { name: "a process that stood still tells its news soon all the same", everyMs: 100, tookMs: 1_600, rest: 5_000 },
  { name: "a slow pace is never hurried", everyMs: 10_000, tookMs: 1_600, rest: 10_000 },
])("$name", async ({ rest, ...given }) => expect(await restAfter(given)).toBe(rest));
