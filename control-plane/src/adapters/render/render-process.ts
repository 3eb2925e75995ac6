import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { DroverError } from "@drover/kit";
import type { RenderAnswer, RenderJob } from "./render-job.ts";

export interface RenderLimits {
  readonly deadlineMs: number;
  readonly heapMegabytes: number;
}
export const renderLimits: RenderLimits = { deadlineMs: 30_000, heapMegabytes: 512 };

/** Runs render jobs, one at a time, in one child process that is kept warm and replaced whenever it breaks a limit. */
export interface RenderProcess {
  /** Throws `timeout` RENDER_TIMEOUT, `exhausted` RENDER_CRASHED, `cancelled` RENDER_CANCELLED. */
  run(job: RenderJob, signal: AbortSignal): Promise<RenderAnswer>;
  /** Starts the process now, so that the first render need not wait half a second for it. */
  warm(): void;
  close(): void;
}

export function createRenderProcess({ deadlineMs, heapMegabytes }: RenderLimits = renderLimits): RenderProcess {
  let child: ChildProcess | undefined;
  let lastOfQueue: Promise<unknown> = Promise.resolve();
  let closed = false;

  const warm = (): ChildProcess => {
    if (child?.connected && child.exitCode === null) return child;
    child = startChild(heapMegabytes);
    return child;
  };

  const runNow = async (job: RenderJob, signal: AbortSignal): Promise<RenderAnswer> => {
    if (closed) throw new DroverError("cancelled", "RENDER_CANCELLED", "render: the renderer is closed");
    if (signal.aborted) throw cancelled(signal);
    const used = warm();
    try {
      return await answerOf(used, job, AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]));
    } catch (error) {
      killGroup(used);
      child = undefined; // it may still look alive for a moment
      if (signal.aborted) throw cancelled(signal);
      throw error;
    }
  };

  return {
    run(job, signal) {
      const turn = lastOfQueue.then(() => runNow(job, signal));
      lastOfQueue = turn.catch(() => {});
      return turn;
    },
    warm() {
      if (!closed) warm();
    },
    close() {
      closed = true;
      if (child) killGroup(child);
    },
  };
}

const cancelled = (signal: AbortSignal): DroverError =>
  new DroverError("cancelled", "RENDER_CANCELLED", "render: it was no longer wanted", { cause: signal.reason });

/** Its own process group, so that a kustomize it started ends with it. Idle, it does not keep our process alive. */
function startChild(heapMegabytes: number): ChildProcess {
  const { NODE_COMPILE_CACHE } = process.env; // halves the time of a start
  const child = fork(fileURLToPath(new URL("render-child.ts", import.meta.url)), {
    env: NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE },
    execArgv: [`--max-old-space-size=${heapMegabytes}`, "--disable-warning=ExperimentalWarning"],
    serialization: "advanced",
    stdio: ["ignore", "ignore", "ignore", "ipc"],
    detached: true,
  });
  child.on("error", () => {}); // it could not be started or told something: its exit or the deadline says so
  child.unref();
  child.channel?.unref();
  return child;
}

function answerOf(child: ChildProcess, job: RenderJob, signal: AbortSignal): Promise<RenderAnswer> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      child.off("message", answered).off("exit", exited);
      signal.removeEventListener("abort", aborted);
      child.channel?.unref();
      child.unref();
      act();
    };
    const answered = (answer: RenderAnswer): void => settle(() => resolve(answer));
    const exited = (): void => settle(() => reject(crashed()));
    const aborted = (): void => settle(() => reject(tooLong()));
    child.ref();
    child.channel?.ref();
    child.on("message", answered).on("exit", exited);
    signal.addEventListener("abort", aborted);
    child.send(job, (error) => error && exited());
  });
}

const crashed = (): DroverError =>
  new DroverError(
    "exhausted",
    "RENDER_CRASHED",
    "render: its process ended, most likely at its limit of memory; make the application smaller",
  );

const tooLong = (): DroverError =>
  new DroverError("timeout", "RENDER_TIMEOUT", "render: it took longer than its deadline; make the application smaller");

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // it is gone already
  }
}
