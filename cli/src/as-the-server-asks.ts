import { setTimeout as delay } from "node:timers/promises";
import { DroverError } from "@drover/kit";

interface Patience {
  readonly say: (line: string) => void;
  /** In milliseconds from now; what the server asks for beyond it is an error at once. */
  readonly withinMs: number;
  /** Whether asking twice is the same as asking once. */
  readonly repeatable: boolean;
}

const defaultRetryMs = 1_000;

/**
 * Asks again when the server says when to come back: one that counts requests (429) has done nothing yet; one that is not there for a moment
 * (503) may have, so only reads are repeated then. That a cluster is offline passes with the cluster, not with a second.
 */
export async function asTheServerAsks<Answer>(ask: () => Promise<Answer>, { say, withinMs, repeatable }: Patience): Promise<Answer> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      const pauseMs = error instanceof DroverError ? pauseOf(error, repeatable) : undefined;
      if (pauseMs === undefined || performance.now() + pauseMs > deadline) throw error;
      say(`${(error as DroverError).message}; asking again in ${Math.ceil(pauseMs / 1_000)} s`);
      await delay(pauseMs);
    }
  }
}

function pauseOf({ code, details }: DroverError, repeatable: boolean): number | undefined {
  const { status, retryAfterMs = defaultRetryMs } = details as { readonly status?: unknown; readonly retryAfterMs?: unknown };
  const passes = status === 429 || (status === 503 && repeatable && code !== "CLUSTER_OFFLINE");
  return passes && typeof retryAfterMs === "number" ? retryAfterMs : undefined;
}
