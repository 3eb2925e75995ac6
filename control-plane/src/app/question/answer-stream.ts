import { DroverError } from "@drover/kit";
import type { Clock } from "@drover/kit/node";
import type { AnswerChunk, AnswerReceipt } from "@drover/proto/wire";
import { answerError } from "../../domain/question/answer-error.ts";

/** Pieces that wait for a slow reader. The agent is told to continue only when there is room for the next one. */
const maxWaiting = 8;

interface Patience {
  /** For the first piece. */
  readonly firstMs: number;
  /** For each one after it. */
  readonly nextMs: number;
}

interface StreamOptions {
  /** For messages. */
  readonly cluster: string;
  readonly patience: Patience;
  readonly clock: Clock;
  /** Ends the reading, and with it the answer. */
  readonly signal: AbortSignal;
}

/** One answer between the agent's chunks, which come in order but may come twice, and whoever reads it. */
export interface AnswerStream {
  /** Resolves when the agent may send the next chunk. */
  deliver(chunk: AnswerChunk): Promise<AnswerReceipt["kind"]>;
  /** To be read once; pieces may be empty. Throws the agent's error, CLUSTER_SILENT when no piece comes in time, or the signal's end. */
  pieces(): AsyncGenerator<string, void>;
  /** Nobody reads any more: the agent is told to stop. */
  close(): void;
}

export function createAnswerStream({ cluster, patience, clock, signal }: StreamOptions): AnswerStream {
  const waiting: AnswerChunk[] = [];
  const changed = createSignalBell();
  let next = 0;
  let closed = false;

  const close = (): void => {
    closed = true;
    changed.ring();
  };
  signal.addEventListener("abort", close, { once: true });
  if (signal.aborted) close();

  return {
    close,
    async deliver(chunk) {
      if (!closed && chunk.index === next) {
        next += 1;
        waiting.push(chunk);
        changed.ring();
      }
      while (!closed && waiting.length > maxWaiting) await changed.heard();
      return closed || chunk.last || chunk.index >= next ? "stop" : "continue";
    },
    async *pieces() {
      try {
        for (let isFirst = true; ; isFirst = false) {
          const chunk = await take(isFirst ? patience.firstMs : patience.nextMs);
          yield chunk.text;
          if (chunk.error !== undefined) throw answerError(cluster, chunk.error);
          if (chunk.last) return;
        }
      } finally {
        close();
      }
    },
  };

  async function take(patienceMs: number): Promise<AnswerChunk> {
    const deadline = clock.monotonicMs() + patienceMs;
    for (;;) {
      const chunk = waiting.shift();
      if (chunk !== undefined) {
        changed.ring();
        return chunk;
      }
      if (closed) throw new DroverError("cancelled", "CANCELLED", `ask cluster ${cluster}: given up before the answer`);
      const left = deadline - clock.monotonicMs();
      if (left <= 0)
        throw new DroverError(
          "timeout",
          "CLUSTER_SILENT",
          `ask cluster ${cluster}: its agent did not answer within ${Math.round(patienceMs / 1000)} s; ask again, or look at the agent's log`,
        );
      await changed.heard(left, clock);
    }
  }
}

/** Wakes everybody who waits for a change. */
function createSignalBell() {
  let bell = Promise.withResolvers<void>();
  return {
    ring() {
      bell.resolve();
      bell = Promise.withResolvers();
    },
    async heard(withinMs?: number, clock?: Clock): Promise<void> {
      if (withinMs === undefined || clock === undefined) return bell.promise;
      const enough = new AbortController();
      await Promise.race([bell.promise, clock.sleep(withinMs, enough.signal).catch(() => {})]);
      enough.abort();
    },
  };
}
