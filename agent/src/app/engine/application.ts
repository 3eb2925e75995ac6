import type { ApplicationStatus, Assignment, SyncPolicy } from "@drover/proto/wire";
import { type Instant, rfc3339 } from "@drover/kit";
import { noUserRules, type UserRules } from "../../domain/health/user-rules.ts";
import type { Inventory, InventoryItem } from "../../domain/inventory.ts";
import type { SyncRecord } from "../../domain/order/sync-record.ts";
import { type ApplicationFacts, type Progress, statusOf } from "../../domain/status/application-status.ts";
import { stuckFinalizers } from "../../domain/prune/stuck.ts";
import { type Access, userOf } from "./access.ts";
import type { HookLive } from "./sync/hook-events.ts";
import type { Inspected } from "./watch/pod-inspector.ts";
import { isAsTargeted, type Target } from "./bundle/target.ts";
import { driftOf, type Tracked, trackedFromInventory } from "./tracked.ts";
import type { Wait } from "./sync/wait.ts";

/** What a status speaks of: the assignment, or what the inventory remembers of the last one. */
export interface Head {
  readonly project: string;
  readonly environment: string;
  readonly generation: number;
  readonly bundle: string;
  /** The Kubernetes user that acts for it; empty: the agent itself. */
  readonly user: string;
  readonly traceparent?: string | undefined;
}

/** One application in this cluster: what is asked for, what is there, and how far we are. */
export interface Application {
  readonly name: string;
  head: Head;
  /** Follows `head.user`. */
  access: Access;
  /** Undefined: no envelope names it, so it is left as it is. */
  assignment: Assignment | undefined;
  readonly objects: Map<string, Tracked>;
  /** What the last process had in force. */
  readonly restoredBundle: string | undefined;
  progress: Progress;
  /** How users tell the health of kinds that they know better. */
  userRules: UserRules;
  /** The bundle and namespace that `target` was read from, to tell when it has to be read again. */
  wantedFrom: string | undefined;
  /** What the assignment's bundle asks for. `objects` want it as far as the sync has come. */
  target: Target | undefined;
  /** How far the sync is. */
  sync: SyncRecord | undefined;
  /** What the last run waits for; undefined when it waits for nothing. */
  wait: Wait | undefined;
  /** The objects of the target's hooks, by their keys. Nobody heals or prunes them. */
  readonly hooks: Map<string, HookLive>;
  /** What their pods say. */
  readonly hookPods: Map<string, Inspected>;
  /** Somebody in the cluster has asked for nothing to be changed. */
  inMaintenance: boolean;
  /** The held list that people have been told of. */
  toldHeld: string | undefined;
  /** Its removal has begun to delete. */
  leaving: boolean;
  /** A `removing` assignment is done: nothing of it is left, or what is left is nobody's. */
  removed: boolean;
  lastDegradedAt: Instant | undefined;
  /** As it was last settled: what happens to a thousand objects at once is counted once. */
  status: ApplicationStatus | undefined;
  /** The last generation that was applied to its end: drift that is only reported is left as it is until the next one. */
  appliedGeneration: number | undefined;
}

export const createApplication = (name: string, head: Head, access: Access, restoredBundle?: string): Application => ({
  name,
  head,
  access,
  assignment: undefined,
  objects: new Map(),
  restoredBundle,
  progress: { kind: "pending" },
  userRules: noUserRules,
  wantedFrom: undefined,
  target: undefined,
  sync: undefined,
  wait: undefined,
  hooks: new Map(),
  hookPods: new Map(),
  inMaintenance: false,
  toldHeld: undefined,
  leaving: false,
  removed: false,
  lastDegradedAt: undefined,
  status: undefined,
  appliedGeneration: undefined,
});

export function applicationFromInventory({ application, items, leaving = false, sync, ...head }: Inventory, access: Access): Application {
  const restored = createApplication(application, head, access, sync?.inForce ?? head.bundle);
  restored.sync = sync;
  restored.leaving = leaving;
  restored.appliedGeneration = head.generation;
  for (const item of items) {
    const tracked = trackedFromInventory(item);
    restored.objects.set(tracked.key, tracked);
  }
  return restored;
}

export const headOf = ({ project, environment, generation, bundle, namespace, syncPolicy, traceparent }: Assignment): Head => ({
  project,
  environment,
  generation,
  bundle: bundle.sha256,
  user: userOf(syncPolicy.serviceAccountName, namespace),
  traceparent,
});

export const inventoryOf = ({ name, head, objects, leaving, sync }: Application): Inventory => ({
  application: name,
  project: head.project,
  environment: head.environment,
  generation: head.generation,
  bundle: head.bundle,
  user: head.user,
  ...(leaving ? { leaving } : {}),
  ...(sync ? { sync } : {}),
  items: [...objects.values()].filter(({ owned }) => owned).map(itemOf),
});

const itemOf = ({ id, version, applied, finished, approved, wanted, episode }: Tracked): InventoryItem => ({
  id,
  version,
  ...(applied ? { applied } : {}),
  ...(finished ? { finished } : {}),
  // A deletion that was released is forgotten once git has the object again.
  ...(approved && !wanted ? { approved } : {}),
  ...(episode?.told ? { episode: episode.told } : {}),
});

/** Whether the agent may write the application's objects at all. */
export const isActive = ({ assignment, inMaintenance }: Application): boolean =>
  assignment?.state === "active" && assignment.syncPolicy.mode !== "Report" && !inMaintenance;

/** `CreateNamespace=true` and the like. */
export const hasSyncOption = (policy: SyncPolicy, option: string): boolean => policy.syncOptions.includes(option);

/** Latched here and not when a report is made: a Degraded between two reports counts. */
export function settleStatus(application: Application, now: Instant): void {
  const status = reportOf(application, now);
  if (status.health === "Degraded") application.lastDegradedAt = now;
  application.status = status.health === "Degraded" ? { ...status, lastDegradedAt: rfc3339(now) } : status;
}

export function reportOf(application: Application, now: Instant): ApplicationStatus {
  const { name, head, lastDegradedAt } = application;
  const status = statusOf(factsOf(application, now));
  return {
    application: name,
    generation: head.generation,
    bundle: head.bundle,
    ...status,
    failing: [...status.failing],
    observedAt: rfc3339(now),
    ...(lastDegradedAt === undefined ? {} : { lastDegradedAt: rfc3339(lastDegradedAt) }),
    ...(head.traceparent === undefined ? {} : { traceparent: head.traceparent }),
  };
}

export function factsOf(application: Application, now: Instant): ApplicationFacts {
  const off = application.assignment?.syncPolicy.drift.mode === "off";
  return {
    state: stateOf(application),
    progress: application.progress,
    objects: Array.from(application.objects.values(), (tracked) => ({
      id: tracked.id,
      wanted: tracked.wanted !== undefined,
      asTargeted: isAsTargeted(application, tracked.key),
      assessment: tracked.assessment,
      failure: stuckFinalizers(tracked.leftover, now) ?? tracked.failure ?? tracked.unwatched,
      drifted: !off && !tracked.suspended && driftOf(tracked) !== undefined,
      fight: off || driftOf(tracked) === undefined ? undefined : tracked.fight,
    })),
  };
}

function stateOf({ assignment, removed, inMaintenance }: Application): ApplicationFacts["state"] {
  if (removed) return assignment?.deletionPolicy === "Delete" ? "deleted" : "left";
  if (!assignment) return "unassigned";
  if (inMaintenance) return "in-maintenance";
  return assignment.state === "suspended" ? "suspended" : "active";
}
