import { buildWhenStale } from "../build-when-stale.ts";
import { agentSources, programs } from "../programs.ts";

/** The agent as one file, as it is shipped. */
export const agentBundle = (): Promise<string> =>
  buildWhenStale({ product: programs.agentBundle, sources: agentSources, builder: programs.agentBundler });
