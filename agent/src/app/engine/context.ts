import type { ClusterId } from "@drover/kit";
import type { Clock, Log } from "@drover/kit/node";
import type { AgentEvents } from "../agent-events.ts";
import type { Bundles } from "../bundles.ts";
import type { Kube } from "../kube.ts";
import type { Inventories } from "../state/inventory-store.ts";
import type { Application } from "./application.ts";
import type { Discovery } from "./watch/discovery.ts";
import type { KeyedWork } from "./schedule/keyed-work.ts";
import type { TerminatingNamespaces } from "./watch/terminating-namespaces.ts";
import type { Tracked } from "./tracked.ts";
import type { Watches } from "./watch/watches.ts";

/** What the engine needs of the world. */
export interface EngineDeps {
  readonly clusterId: ClusterId;
  /** Where the agent keeps its own Secrets: no application may write there. */
  readonly agentNamespace: string;
  readonly kube: Kube;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly log: Log;
  readonly bundles: Bundles;
  readonly inventories: Inventories;
  readonly events: Pick<AgentEvents, "record">;
  /** How long a dry run of every object takes from the first to the last, an hour if absent. */
  readonly dryRunEveryMs?: number | undefined;
}

/** What the engine's parts share. There is no way to the cluster in it: that is the application's own. */
export interface EngineContext extends Omit<EngineDeps, "kube"> {
  readonly discovery: Discovery;
  readonly watches: Watches;
  /** One object is worked on by one piece of work at a time. */
  readonly work: KeyedWork;
  /** Aborted when the agent stops. */
  readonly signal: AbortSignal;
  /** More is known about an object: its status may have changed, or it needs healing. */
  readonly observed: (application: Application, tracked: Tracked) => void;
  /** Somebody in the cluster wants the object to be left alone. */
  readonly isSuspended: (object: Pick<Tracked, "id" | "suspended">) => boolean;
  readonly terminating: TerminatingNamespaces;
  /** Every application of this cluster. */
  readonly applications: () => Iterable<Application>;
  /** Asks for another run of an application. */
  readonly request: (application: Application) => void;
  /** The inventory in memory is ahead of the stored one; it is written soon. */
  readonly inventoryChanged: (application: Application) => void;
}
