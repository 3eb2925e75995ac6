import { backoffMs, fullJitter, toDroverError } from "@drover/kit";
import type { Event } from "@drover/proto/rest";
import { allTopics, type Topic, topicsOf } from "./topics.ts";

export type Connection = "connecting" | "live" | "lost";

export interface LiveDeps {
  /** `opened` is called once the server follows from `after`, or from now on. */
  watch(after: string | undefined, opened: () => void, signal: AbortSignal): AsyncIterable<Event>;
  /** What is shown of these is no longer true. */
  changed(topics: readonly Topic[]): void;
  connection(state: Connection): void;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

const backoff = { firstMs: 500, factor: 2, maxMs: 15_000 };

/**
 * Follows events until the signal, or until the token no longer counts. After a cut it goes on behind the last event seen; where
 * there is no such place, everything is asked anew once the watch stands, so that nothing falls between.
 */
export async function followEvents({ watch, changed, connection, sleep }: LiveDeps, signal: AbortSignal): Promise<void> {
  let after: string | undefined;
  for (let attempt = 0; !signal.aborted; attempt += 1) {
    const opened = (): void => {
      attempt = 0;
      connection("live");
      if (after === undefined) changed(allTopics);
    };
    try {
      for await (const event of watch(after, opened, signal)) {
        after = event.cursor;
        changed(topicsOf(event.subject));
      }
    } catch (error) {
      const { kind } = toDroverError(error);
      if (kind === "unauthenticated" || kind === "forbidden") return connection("lost");
      // The cursor is too old, or of a database that was restored.
      if (kind === "invalid") after = undefined;
    }
    if (signal.aborted) return;
    connection("lost");
    await sleep(fullJitter(backoffMs(backoff, attempt), Math.random()), signal);
  }
}
