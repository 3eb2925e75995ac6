/** For work that cannot be stopped, such as a resolver's: it is only left alone. */
export function aborting<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const aborted = (): void => reject(signal.reason as Error);
  if (signal.aborted) aborted();
  signal.addEventListener("abort", aborted, { once: true });
  return Promise.race([work, promise]).finally(() => signal.removeEventListener("abort", aborted));
}
