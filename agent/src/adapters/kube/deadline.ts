/** A signal that aborts with the caller's, or when the time is up. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** It was the time. */
  isLate(): boolean;
  /** To be called when the work is over. */
  clear(): void;
}

/** A timer instead of AbortSignal.any and AbortSignal.timeout: their weak references cost the garbage collector more than a request costs us. */
export function deadlineAfter(ms: number, signal: AbortSignal): Deadline {
  const own = new AbortController();
  const follow = (): void => own.abort(signal.reason);
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    own.abort(new DOMException("the time is up", "TimeoutError"));
  }, ms);
  if (signal.aborted) follow();
  else signal.addEventListener("abort", follow, { once: true });
  return {
    signal: own.signal,
    isLate: () => isLate,
    clear: () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", follow);
    },
  };
}
