export interface ArrivalDeps {
  sleep(ms: number): Promise<void>;
  /** The version that the server runs, when it is another than this page's: then what the page asks for may be there no more. */
  otherVersion(): Promise<string | undefined>;
  /** Has the page loaded anew, now or when somebody says so. */
  renew(version: string): Promise<never>;
  /** Ends when somebody wants it tried again. */
  wish(): Promise<void>;
}

/** Between one try and the next, before a person is told. */
const pausesMs = [300, 1_000, 3_000] as const;

/** What browsers, and the loader of styles, say of a file that did not come. Whatever else is thrown, the part itself threw. */
const lost =
  /^(Failed to fetch dynamically imported module|error loading dynamically imported module|Importing a module script failed|Unable to preload CSS)/i;

/**
 * Parts of the page come when they are first needed, and a connection may break just then. Each is asked for until it is there: a few
 * times by itself, then whenever somebody wants it. So a part comes late, or the page is loaded anew; it never breaks what is there.
 */
export function createArrival({ sleep, otherVersion, renew, wish }: ArrivalDeps) {
  return async <Part>(ask: () => Promise<Part>): Promise<Part> => {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await ask();
      } catch (error) {
        if (!(error instanceof Error && lost.test(error.message))) throw error;
      }
      const version = await otherVersion();
      if (version !== undefined) await renew(version);
      const pauseMs = pausesMs[attempt % (pausesMs.length + 1)];
      await (pauseMs === undefined ? wish() : sleep(pauseMs));
    }
  };
}
