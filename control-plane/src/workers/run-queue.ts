import { type Clock, type Log, withDeadline } from "@drover/kit/node";
import { failpoint } from "../app/failpoint.ts";
import type { Claim, Outcome, Queue, WorkQueue } from "../app/work-queue.ts";
import { settleError } from "./settle.ts";

/** Looks at one key. Throwing is as good as `failed`. */
export type Handler = (key: string, signal: AbortSignal) => Promise<Outcome>;

interface QueueLoop {
  readonly queue: Queue;
  readonly handler: Handler;
  readonly work: WorkQueue;
  /** Keys worked on at once in this process. */
  readonly concurrency: number;
  /** How long a key rests after a look, in milliseconds: whatever asks for it meanwhile is answered by one more look. */
  readonly restMs: number;
  readonly clock: Clock;
  readonly log: Log;
  /** Resolves when somebody asked for a key of this queue. Only speeds things up: the loop looks every second besides. */
  readonly woken: (queue: Queue, signal: AbortSignal) => Promise<void>;
}

const pollMs = 1_000;
/** A killed process holds its keys for this long. */
const leaseMs = 15_000;
const renewMs = 5_000;
/** More than any single piece of work needs: a fetch or a render has its own, shorter deadline. */
const deadlineMs = 180_000;

/** Claims keys and works on them until the signal aborts; then waits for what is under way. Losing the database is survived. */
export async function runQueue(loop: QueueLoop, signal: AbortSignal): Promise<void> {
  const running = new Set<Promise<void>>();
  let ended = 0;
  while (!signal.aborted) {
    const endedBefore = ended;
    const claims = await claim(loop, loop.concurrency - running.size);
    for (const claimed of claims) {
      const task = workOn(loop, claimed, signal).finally(() => {
        running.delete(task);
        ended += 1;
      });
      running.add(task);
    }
    if (running.size >= loop.concurrency) await Promise.race(running);
    // Work that ended while we asked may have left its key due, unseen by that question.
    else if (claims.length === 0 && ended === endedBefore) await idle(loop, running, signal);
  }
  await Promise.all(running);
}

async function claim({ work, queue, log }: QueueLoop, free: number): Promise<readonly Claim[]> {
  try {
    return await work.claim(queue, free, leaseMs);
  } catch (err) {
    log.warn({ err, queue }, "could not claim work");
    return [];
  }
}

/** Until there may be something to claim. A key asked for while it was worked on is due as soon as that work ends, and nobody says so again. */
async function idle({ clock, queue, woken }: QueueLoop, running: ReadonlySet<Promise<void>>, signal: AbortSignal): Promise<void> {
  const settled = new AbortController();
  const either = AbortSignal.any([signal, settled.signal]);
  const quiet = (): void => {};
  await Promise.race([clock.sleep(pollMs, either).catch(quiet), woken(queue, either).catch(quiet), ...running]);
  settled.abort();
}

async function workOn(loop: QueueLoop, claimed: Claim, stopping: AbortSignal): Promise<void> {
  const { work, handler, clock, log } = loop;
  const lost = new AbortController();
  const renewal = setInterval(() => {
    work.renew(claimed, leaseMs).then(
      (kept) => kept || lost.abort(),
      (err: unknown) => log.warn({ err, queue: claimed.queue }, "could not renew a lease"),
    );
  }, renewMs);
  const signal = AbortSignal.any([stopping, lost.signal, AbortSignal.timeout(deadlineMs)]);
  const outcome = await withDeadline(handler(claimed.key, signal), deadlineMs + renewMs, `${claimed.queue} ${claimed.key}`).catch(
    (error: unknown) => settleError(error, claimed, clock.now()),
  );
  failpoint("work.done");
  if (loop.restMs > 0) await clock.sleep(loop.restMs, signal).catch(() => {});
  clearInterval(renewal);
  if (outcome.kind === "failed")
    log.warn({ queue: claimed.queue, key: claimed.key, code: outcome.code, reason: outcome.message }, "work failed");
  await work
    .settle(claimed, outcome)
    .catch((err: unknown) => log.warn({ err, queue: claimed.queue }, "could not settle work; its lease will expire"));
  failpoint("work.settled");
}
