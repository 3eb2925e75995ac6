/** Somebody who listens: `signal` is aborted once nothing was heard for `silentMs`, and with the signal that it was made of. */
export interface Listening {
  readonly signal: AbortSignal;
  heard(): void;
  /** To be called when nobody listens any more. */
  end(): void;
}

export function listen(silentMs: number, until: AbortSignal): Listening {
  const silence = new AbortController();
  const begin = () => setTimeout(() => silence.abort(), silentMs);
  let timer = begin();
  return {
    signal: AbortSignal.any([silence.signal, until]),
    heard: () => {
      clearTimeout(timer);
      timer = begin();
    },
    end: () => clearTimeout(timer),
  };
}
