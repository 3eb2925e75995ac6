import { buildWhenStale } from "./build-when-stale.ts";
import { consoleSources, programs } from "./programs.ts";

/** The built console, where the control plane looks for it. */
export const consoleSite = (): Promise<string> =>
  buildWhenStale({ product: programs.consolePage, sources: consoleSources, builder: programs.consoleBuilder });
