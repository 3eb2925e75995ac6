import { createLogLines, type LogPosition } from "../../domain/question/log-lines.ts";

/** Some of a log's lines, and how far it is told with them. */
export interface LogPiece {
  readonly text: string;
  readonly reached: LogPosition | undefined;
}

interface Following {
  /** Asks the cluster for the log behind the position. Throws when nobody answers. */
  readonly ask: (behind: LogPosition | undefined, signal: AbortSignal) => Promise<AsyncIterable<string>>;
  readonly after: LogPosition | undefined;
  readonly withTimes: boolean;
  /** An agent answers a question for so long at most; before that, the next question goes on. */
  readonly renewMs: number;
  readonly signal: AbortSignal;
}

/** A log as it is written, until its container ends or the signal. The first question is answered when this resolves. */
export async function followLog({ ask, after, withTimes, renewMs, signal }: Following): Promise<AsyncIterable<LogPiece>> {
  const begin = async (behind: LogPosition | undefined) => {
    const renewal = AbortSignal.timeout(renewMs);
    return { lines: createLogLines(behind, { withTimes }), renewal, pieces: await ask(behind, AbortSignal.any([signal, renewal])) };
  };
  const first = await begin(after);

  return (async function* () {
    let { lines, renewal, pieces } = first;
    for (;;) {
      try {
        for await (const piece of pieces) yield { text: lines.take(piece), reached: lines.reached() };
        yield { text: lines.rest(), reached: lines.reached() };
        return;
      } catch (error) {
        if (!renewal.aborted || signal.aborted) throw error;
      }
      ({ lines, renewal, pieces } = await begin(lines.reached()));
    }
  })();
}
