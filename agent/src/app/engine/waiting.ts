import type { Peer } from "../../domain/order/blocked.ts";
import { statusOf } from "../../domain/status/application-status.ts";
import { type Application, factsOf } from "./application.ts";
import type { EngineContext } from "./context.ts";
import { isOver, type Peers, waitText } from "./wait.ts";

/** The applications that are assigned here, as those see them that depend on them. Empty for one that depends on none. */
export function peersOf({ assignment }: Application, context: EngineContext): Peers {
  const peers = new Map<string, Peer>();
  if ((assignment?.syncPolicy.dependsOn ?? []).length === 0) return peers;
  const now = context.clock.now();
  for (const other of context.applications()) {
    if (!other.assignment) continue;
    const { sync, health } = statusOf(factsOf(other, now));
    peers.set(other.name, { dependsOn: other.assignment.syncPolicy.dependsOn ?? [], sync, health });
  }
  return peers;
}

/** Whether the application is to be run again; until then its status says what it still waits for. */
export function isWaitOver(application: Application, context: EngineContext): boolean {
  const { wait, progress } = application;
  if (!wait) return false;
  const peers = peersOf(application, context);
  if (isOver(wait, application, peers)) return true;
  if (progress.kind === "waiting") application.progress = { kind: "waiting", for: waitText(wait, application, peers) };
  return false;
}
