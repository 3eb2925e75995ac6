import { setTimeout as sleep } from "node:timers/promises";
import { DroverError } from "@drover/kit";

interface Deadline {
  readonly ms: number;
  /** What is waited for, as in "wait for PostgreSQL to accept connections". */
  readonly operation: string;
  /** Asked when the time is over, for instance for the end of the program's log. */
  readonly explain?: () => string;
}

/** Asks again and again, a few milliseconds apart, until the answer is not undefined. An error that `probe` throws ends the wait at once. */
export async function eventually<T>(probe: () => T | undefined | Promise<T | undefined>, deadline: Deadline): Promise<T> {
  const end = performance.now() + deadline.ms;
  for (let pauseMs = 5; ; pauseMs = Math.min(100, pauseMs * 1.5)) {
    const answer = await probe();
    if (answer !== undefined) return answer;
    if (performance.now() > end) {
      const explanation = deadline.explain?.() ?? "";
      throw new DroverError(
        "timeout",
        "DEADLINE_EXCEEDED",
        `${deadline.operation}: not within ${deadline.ms} ms${explanation && `; ${explanation}`}`,
      );
    }
    await sleep(pauseMs);
  }
}
