import { createLog, systemClock } from "@drover/kit/node";
import { expect, test } from "vitest";
import type { Claim, WorkQueue } from "../app/work-queue.ts";
import { runQueue } from "./run-queue.ts";

const claim: Claim = { queue: "rollout", key: "a", leaseEpoch: 1, asked: 1, attempts: 0 };

test("a key asked for while it was worked on is worked on again at once, though nobody wakes the queue", async () => {
  const stopping = new AbortController();
  let due = true;
  const work: WorkQueue = {
    ask: async () => {},
    claim: async () => (due ? ((due = false), [claim]) : []),
    renew: async () => true,
    settle: async () => (due = true), // the key has become due again, as it does in PostgreSQL when it was asked for meanwhile
  };
  const never = (signal: AbortSignal): Promise<void> => new Promise((resolve) => signal.addEventListener("abort", () => resolve()));
  let times = 0;
  const handler = async (): Promise<{ kind: "done" }> => {
    await new Promise((resolve) => setTimeout(resolve, 5)); // longer than the loop takes to find nothing more to claim
    times += 1;
    if (times === 3) stopping.abort();
    return { kind: "done" };
  };
  const clock = { ...systemClock, sleep: (_ms: number, signal: AbortSignal) => never(signal) };
  const log = createLog("test", "silent");
  await runQueue(
    { queue: "rollout", handler, work, concurrency: 4, clock, log, woken: (_queue, signal) => never(signal) },
    stopping.signal,
  );
  expect(times).toBe(3);
}, 2_000);
