import type { Installation } from "../installation/start-installation.ts";
import type { AgentThreads } from "./agent-threads.ts";
import type { Place } from "./fleet-files.ts";
import { untilCompleted } from "./promotion.ts";

/** From the call that takes a fleet-wide rollout back until the last agent's acknowledgement of what it had before, in milliseconds. */
export async function rollBackAll(
  { api }: Installation,
  agents: AgentThreads,
  place: Place,
  to: string,
  signal: AbortSignal,
): Promise<number> {
  const acknowledging = agents.acknowledged(to);
  acknowledging.catch(() => {}); // told below, also when the call fails first
  const start = Date.now();
  await api("createRollback", { body: { ...place, revision: to, reason: "a measurement" } });
  const last = Math.max(...(await acknowledging));
  await untilCompleted(api, place, to, signal);
  return last - start;
}
