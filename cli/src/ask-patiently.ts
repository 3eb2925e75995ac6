import { setTimeout as delay } from "node:timers/promises";
import { DroverError } from "@drover/kit";

const retryMs = 1_000;

/**
 * Asks again while the server is away for a moment, as during an upgrade, until the deadline (on `performance.now()`'s clock). What has never
 * been answered fails at once: there may be nobody at all.
 */
export function askPatiently<Answer>(
  load: () => Promise<Answer>,
  { say, deadline }: { readonly say: (line: string) => void; readonly deadline: number },
): () => Promise<Answer> {
  let answered = false;
  return async () => {
    for (let told = false; ; told = true) {
      try {
        const answer = await load();
        answered = true;
        return answer;
      } catch (error) {
        if (!answered || !isPassing(error) || performance.now() + retryMs > deadline) throw error;
        if (!told) say(`${error.message}; asking again`);
        await delay(retryMs);
      }
    }
  };
}

const isPassing = (error: unknown): error is DroverError =>
  error instanceof DroverError && (error.kind === "unavailable" || error.kind === "timeout" || error.kind === "exhausted");
