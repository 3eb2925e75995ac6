/** The server gives a sign every five seconds on every stream. Without two of them nobody knows whether what is shown is what is. */
const silentMs = 12_000;

/** Somebody who listens: `signal` is aborted once nothing was heard for too long, and with the signal that it was made of. */
export interface Listening {
  readonly signal: AbortSignal;
  readonly isSilent: () => boolean;
  heard(): void;
  /** To be called when nobody listens any more. */
  end(): void;
}

/** `answerMs`: how long the server may take until its first word. */
export function listen(until: AbortSignal, answerMs = silentMs): Listening {
  const silence = new AbortController();
  const wait = (ms: number) => setTimeout(() => silence.abort(), ms);
  let timer = wait(answerMs);
  return {
    signal: AbortSignal.any([silence.signal, until]),
    isSilent: () => silence.signal.aborted,
    heard: () => {
      clearTimeout(timer);
      timer = wait(silentMs);
    },
    end: () => clearTimeout(timer),
  };
}
