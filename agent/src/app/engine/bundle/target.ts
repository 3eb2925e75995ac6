import type { Failure } from "../../../domain/status/application-status.ts";
import type { HookDeletePolicy, HookPhase } from "../../../domain/order/hook.ts";
import type { PlannedHook } from "../../../domain/order/plan-hooks.ts";
import type { SyncOrder } from "../../../domain/order/sync-order.ts";
import { missing } from "../../../domain/health/health.ts";
import type { ObjectId } from "../../../domain/manifest.ts";
import type { Application } from "../application.ts";
import { createTracked, type Tracked, type Wanted } from "../tracked.ts";

/** One object of a bundle, ready to be applied. */
export interface ReadObject {
  readonly id: ObjectId;
  readonly version: string;
  readonly wanted: Wanted;
}

export interface Hook extends ReadObject, PlannedHook {
  readonly phases: readonly HookPhase[];
  readonly deletePolicies: readonly HookDeletePolicy[];
  /** Why it cannot run: its phase fails. */
  readonly problem: Failure | undefined;
}

/** What the bundle of the assignment asks for. It comes in force object by object, each at its turn. */
export interface Target {
  readonly objects: ReadonlyMap<string, ReadObject>;
  readonly order: SyncOrder;
  readonly hooks: ReadonlyMap<string, Hook>;
  /** Objects that are never applied, and why. */
  readonly leftOut: readonly LeftOut[];
}

interface LeftOut {
  readonly id: ObjectId;
  readonly because: string;
}

/** Until their turn comes, objects stay wanted, and are healed, as they were before; those that are right already have had it. */
export function takeTarget(application: Application, target: Target): void {
  application.target = target;
  // Nobody looks at pods of hooks that may not be hooks any more.
  for (const inspected of application.hookPods.values()) inspected.assessment = undefined;
  application.hookPods.clear();
  for (const [key, tracked] of application.objects) {
    tracked.failure = undefined;
    const read = target.objects.get(key);
    if (read && tracked.applied?.desired === read.wanted.desired) bringInForce(tracked, read);
    // What was wanted but never became ours leaves no trace.
    else if (!read && !tracked.owned) application.objects.delete(key);
  }
}

/** The object's turn has come. */
export function promote({ objects, target }: Application, key: string): Tracked {
  const read = target!.objects.get(key)!;
  const tracked = objects.get(key) ?? createTracked(read.id, read.version);
  objects.set(key, tracked);
  bringInForce(tracked, read);
  return tracked;
}

function bringInForce(tracked: Tracked, { version, wanted }: ReadObject): void {
  tracked.version = version;
  tracked.wanted = wanted;
}

/** An object that has no turn: what is there of it stays, and it says why. */
export function refuse(application: Application, key: string, failure: Failure): void {
  const tracked = application.objects.get(key) ?? promote(application, key);
  tracked.failure = failure;
  tracked.assessment ??= missing;
}

/** Every object of the target has had its turn: what it does not name is wanted no more, and what is a hook now is nobody's to prune. */
export function letGoOfTheRest({ objects, target }: Application): void {
  for (const [key, tracked] of objects) {
    if (target!.objects.has(key)) continue;
    tracked.wanted = undefined;
    if (!tracked.owned || target!.hooks.has(key)) objects.delete(key);
  }
}

/** Whether the cluster has the object as the target says, as far as we know. */
export const isAsTargeted = ({ objects, target }: Application, key: string): boolean =>
  objects.get(key)?.applied?.desired === target?.objects.get(key)?.wanted.desired;

/** Applied and doing well: what comes after it may come. Suspended is a state that people chose. */
export function isDone(application: Application, key: string): boolean {
  const health = application.objects.get(key)?.assessment?.health;
  return isAsTargeted(application, key) && !application.target?.order.refused.has(key) && (health === "Healthy" || health === "Suspended");
}
