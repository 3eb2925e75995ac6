import { DroverError } from "../pure/errors.ts";
import type { Log } from "./log.ts";

export interface Stoppable {
  readonly name: string;
  stop(): Promise<void>;
}

/** What a process has started, in order. `stop` ends them in reverse order, each with a deadline, and never throws. */
export class Lifecycle {
  readonly #started: Stoppable[] = [];
  readonly #log: Log;
  readonly #deadlineMs: number;
  #stopping: Promise<void> | undefined;

  constructor(log: Log, deadlineMs = 10_000) {
    this.#log = log;
    this.#deadlineMs = deadlineMs;
  }

  add(name: string, stop: () => Promise<void>): void {
    this.#started.push({ name, stop });
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stopAll();
    return this.#stopping;
  }

  async #stopAll(): Promise<void> {
    for (const part of this.#started.reverse()) {
      try {
        await withDeadline(part.stop(), this.#deadlineMs, `stop ${part.name}`);
      } catch (err) {
        this.#log.warn({ err, part: part.name }, "a part did not stop cleanly");
      }
    }
  }
}

/** The promise's result, or a `timeout` DEADLINE_EXCEEDED that names the operation. The work itself goes on: give it a signal too. */
export async function withDeadline<T>(work: Promise<T>, ms: number, operation: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new DroverError("timeout", "DEADLINE_EXCEEDED", `${operation}: no result within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
