/** Tells a person what happens, one line at a time, each with the seconds since the start. */
export interface Progress {
  line(text: string): void;
  /** Runs `work` and says afterwards that it is done and how long it took. */
  during<T>(what: string, work: () => Promise<T>): Promise<T>;
  /** Time since the start. */
  elapsedMs(): number;
}

export function createProgress(write: (line: string) => void, now: () => number = () => performance.now()): Progress {
  const start = now();
  const elapsedMs = (): number => now() - start;
  const line = (text: string): void => write(`${seconds(elapsedMs()).padStart(7)}  ${text}`);
  return {
    line,
    elapsedMs,
    during: async (what, work) => {
      const begin = now();
      const result = await work();
      line(`${what} (${seconds(now() - begin)})`);
      return result;
    },
  };
}

export const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)}s`;
