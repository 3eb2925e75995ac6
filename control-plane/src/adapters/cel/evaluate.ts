import { Worker } from "node:worker_threads";
import type { EvaluateJob, Evaluated } from "../../app/gate/measure-gate.ts";

/** A thread has started within this time, or the machine stands still. It counts beside the expression's own. */
const startsWithinMs = 20_000;
/** More than the largest wave needs; an expression that builds more ends its thread, not the server. */
const heapMegabytes = 128;

/**
 * Evaluates an expression in a thread of its own, which is ended when its time is over: CEL always ends, but not soon, and a regular
 * expression may never. What goes wrong is an answer; only an aborted `signal` throws.
 */
export async function evaluateInThread(job: EvaluateJob, timeoutMs: number, signal: AbortSignal): Promise<Evaluated> {
  signal.throwIfAborted();
  const worker = new Worker(new URL("evaluate-thread.ts", import.meta.url), {
    env: {},
    execArgv: ["--disable-warning=ExperimentalWarning"],
    resourceLimits: { maxOldGenerationSizeMb: heapMegabytes },
  });
  try {
    return await answerOf(worker, job, timeoutMs, signal);
  } finally {
    await worker.terminate();
  }
}

function answerOf(worker: Worker, job: EvaluateJob, timeoutMs: number, signal: AbortSignal): Promise<Evaluated> {
  const { promise, resolve, reject } = Promise.withResolvers<Evaluated>();
  let timer = setTimeout(() => resolve({ problem: "its thread did not start: the machine is overloaded" }), startsWithinMs);
  const aborted = (): void => reject(signal.reason as Error);
  signal.addEventListener("abort", aborted, { once: true });
  worker.on("message", (message: "ready" | Evaluated) => {
    if (message !== "ready") return resolve(message);
    clearTimeout(timer);
    timer = setTimeout(() => resolve({ problem: `evaluating it takes longer than ${timeoutMs / 1000} s` }), timeoutMs);
    worker.postMessage(job);
  });
  worker.on("error", (error) => resolve({ problem: `its thread ended: ${error.message}` }));
  return promise.finally(() => {
    clearTimeout(timer);
    signal.removeEventListener("abort", aborted);
  });
}
