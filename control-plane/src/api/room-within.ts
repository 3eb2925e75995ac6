import type { EventEmitter } from "node:events";
import { DroverError } from "@drover/kit";

/** A client that takes nothing for this long is cut; it resumes with its last cursor. */
const drainDeadlineMs = 10_000;

/**
 * Resolves when a stream that was full has room again. Rejects `exhausted` WATCH_CUT when its client takes nothing for ten seconds, and when
 * it is gone or the signal says so, also if that was before: a stream that has ended never drains.
 */
export async function roomWithin(out: EventEmitter & { readonly destroyed: boolean }, name: string, signal: AbortSignal): Promise<void> {
  const cut = (): DroverError => new DroverError("exhausted", "WATCH_CUT", `${name}: the client takes no more`);
  const limit = AbortSignal.any([signal, AbortSignal.timeout(drainDeadlineMs)]);
  if (limit.aborted || out.destroyed) throw cut();
  const room = Promise.withResolvers<void>();
  const stop = (): void => room.reject(cut());
  limit.addEventListener("abort", stop, { once: true });
  out.once("drain", room.resolve).once("close", stop);
  try {
    await room.promise;
  } finally {
    limit.removeEventListener("abort", stop);
    out.off("drain", room.resolve).off("close", stop);
  }
}
