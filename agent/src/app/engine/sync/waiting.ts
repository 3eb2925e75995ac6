import type { Assignment } from "@drover/proto/wire";
import type { Peer } from "../../../domain/order/blocked.ts";
import type { Application } from "../application.ts";
import type { EngineContext } from "../context.ts";
import { isOver, type Peers, waitText } from "./wait.ts";

const unsettled = { sync: "OutOfSync", health: "Unknown" } as const;

/** The applications that this one depends on, by way of others too, as far as they are assigned here. */
export function peersOf({ assignment }: Application, context: EngineContext): Peers {
  const peers = new Map<string, Peer>();
  const open = [...dependenciesOf(assignment)];
  if (open.length === 0) return peers;
  const assigned = new Map([...context.applications()].filter((other) => other.assignment).map((other) => [other.name, other]));
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const other = assigned.get(name);
    if (!other || peers.has(name)) continue;
    // A status of an earlier assignment says nothing of the one in force.
    const { sync, health } = other.status?.generation === other.head.generation ? other.status : unsettled;
    const dependsOn = dependenciesOf(other.assignment);
    peers.set(name, { dependsOn, sync, health });
    open.push(...dependsOn);
  }
  return peers;
}

const dependenciesOf = (assignment: Assignment | undefined): readonly string[] => assignment?.syncPolicy.dependsOn ?? [];

/** Whether the application is to be run again; until then its status says what it still waits for. */
export function isWaitOver(application: Application, context: EngineContext): boolean {
  const { wait, progress } = application;
  if (!wait) return false;
  const peers = peersOf(application, context);
  if (isOver(wait, application, peers)) return true;
  if (progress.kind === "waiting") application.progress = { kind: "waiting", for: waitText(wait, application, peers) };
  return false;
}
