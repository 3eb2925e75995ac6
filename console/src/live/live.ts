import { backoffMs, fullJitter, toDroverError } from "@drover/kit";
import type { Event, WatchSigns } from "@drover/proto/rest";
import { listen } from "./listen.ts";

export type Connection = "connecting" | "live" | "lost";

/** What somebody who looks needs of an event. */
export type Heard = Pick<Event, "cursor" | "subject" | "body">;

export type Told =
  | { readonly kind: "event"; readonly event: Heard }
  /** What was shown before may be old, and nobody can say which of it. */
  | { readonly kind: "anything" }
  | { readonly kind: "connection"; readonly connection: Connection };

export interface LiveDeps {
  /** Follows from `after`, or from now on. */
  watch(after: string | undefined, signs: Required<WatchSigns>, signal: AbortSignal): AsyncIterable<Event>;
  tell(told: Told): void;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

const backoff = { firstMs: 500, factor: 2, maxMs: 15_000 };

/**
 * Follows events behind `after` until the signal, or until the token no longer counts. After a cut it goes on behind the last event
 * seen; where there is no such place, everything is asked anew once the watch stands, so that nothing falls between.
 */
export async function followEvents({ watch, tell, sleep }: LiveDeps, after: string | undefined, signal: AbortSignal): Promise<void> {
  let last = after;
  for (let attempt = 0; !signal.aborted; attempt += 1) {
    const line = listen(signal);
    const opened = (): void => {
      attempt = 0;
      line.heard();
      tell({ kind: "connection", connection: "live" });
      if (last === undefined) tell({ kind: "anything" });
    };
    try {
      for await (const { cursor, subject, body } of watch(last, { opened, heard: line.heard }, line.signal)) {
        last = cursor;
        tell({ kind: "event", event: { cursor, subject, body } });
      }
    } catch (error) {
      const { kind } = toDroverError(error);
      if (kind === "unauthenticated" || kind === "forbidden") return tell({ kind: "connection", connection: "lost" });
      // The cursor is too old, or of a database that was restored.
      if (kind === "invalid") last = undefined;
    } finally {
      line.end();
    }
    if (signal.aborted) return;
    tell({ kind: "connection", connection: "lost" });
    await sleep(fullJitter(backoffMs(backoff, attempt), Math.random()), signal);
  }
}
