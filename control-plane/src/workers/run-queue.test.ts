import { createLog, systemClock } from "@drover/kit/node";
import { expect, test } from "vitest";
import type { Claim, WorkQueue } from "../app/work-queue.ts";
import { runQueue } from "./run-queue.ts";

const claim: Claim = { queue: "rollout", key: "a", leaseEpoch: 1, asked: 1, attempts: 0 };

const never = (signal: AbortSignal): Promise<void> => new Promise((resolve) => signal.addEventListener("abort", () => resolve()));
const soon = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

/** A queue whose one key is due again whenever its work ends, as it is in PostgreSQL when it was asked for meanwhile. */
function oneKey(options: { readonly claimsAreSlow: boolean }): WorkQueue {
  let due = true;
  return {
    ask: async () => {},
    claim: async () => {
      const found = due ? [claim] : [];
      due = false;
      if (found.length === 0 && options.claimsAreSlow) await soon().then(soon);
      return found;
    },
    renew: async () => true,
    settle: async () => (due = true),
  };
}

test.each([
  { name: "while the queue was idle", claimsAreSlow: false },
  { name: "while the queue asked for more", claimsAreSlow: true },
])(
  "a key that is due when its work ends $name is worked on at once, though nobody wakes the queue",
  async (options) => {
    const stopping = new AbortController();
    let times = 0;
    const handler = async (): Promise<{ kind: "done" }> => {
      await soon();
      times += 1;
      if (times === 3) stopping.abort();
      return { kind: "done" };
    };
    const clock = { ...systemClock, sleep: (_ms: number, signal: AbortSignal) => never(signal) };
    const log = createLog("test", "silent");
    const loop = { queue: "rollout", handler, work: oneKey(options), concurrency: 4, restMs: 0, clock, log } as const;
    await runQueue({ ...loop, woken: (_queue, signal) => never(signal) }, stopping.signal);
    expect(times).toBe(3);
  },
  2_000,
);
