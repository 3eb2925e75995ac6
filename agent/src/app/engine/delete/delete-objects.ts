import { rfc3339, toDroverError } from "@drover/kit";
import { rankOf } from "../../../domain/order/rank.ts";
import { nameOf } from "../../../domain/manifest.ts";
import { type Leftover, leftoverLive } from "../../../domain/prune/leftover.ts";
import { isStillToGo } from "../../../domain/prune/plan.ts";
import type { ObjectRef } from "../../kube.ts";
import type { Application } from "../application.ts";
import type { EngineContext } from "../context.ts";
import { failureOf } from "../failure.ts";
import { holdObject } from "../schedule/hold-object.ts";
import { isWantedElsewhere } from "./other-applications.ts";
import type { Tracked } from "../tracked.ts";

export interface Deletion {
  readonly deletions: readonly Leftover[];
  /** Asked to go before; they count until they are gone. */
  readonly leaving: readonly Leftover[];
  /** For people: why they go. */
  readonly because: string;
  /** Asked in the same tick as each deletion leaves: whether it is still wanted. */
  readonly isOn: () => boolean;
}

/** A deletion that nothing holds up is seen to be done within this; longer ones are waited for without a run. */
const goneWithinMs = 1_000;
/** An object that is written all the time is looked at anew this often before the next run tries again. */
const looks = 3;

/**
 * Deletes in the reverse order of applying: what others need goes last, and only once the rest is really gone, because its
 * finalizers may need what comes later. Answers how many objects are left, and whether one could not be deleted.
 */
export async function deleteObjects(
  application: Application,
  { deletions, leaving, because, isOn }: Deletion,
  context: EngineContext,
): Promise<{ readonly left: number; readonly failed: boolean }> {
  const asked = new Set(leaving);
  const byRank = Map.groupBy([...deletions, ...leaving], ({ id }) => rankOf(id));
  let left = deletions.length + leaving.length;
  let failed = false;
  for (const rank of [...byRank.keys()].sort((a, b) => b - a)) {
    const group = byRank.get(rank)!.flatMap((leftover) => {
      const tracked = application.objects.get(leftover.key);
      return tracked ? [{ leftover, tracked }] : [];
    });
    const asking = group.filter(({ leftover }) => !asked.has(leftover));
    await Promise.all(asking.map(({ leftover, tracked }) => deleteObject(application, tracked, leftover, because, isOn, context)));
    if (!isOn()) return { left, failed };
    // What cannot be deleted, or changed meanwhile, stops nobody else; what is going is waited for.
    const going = group.map(({ tracked }) => tracked).filter((tracked) => isGone(tracked) || isLeaving(tracked));
    failed ||= going.length < group.length;
    if (!(await areGone(going, context))) return { left: left - going.filter(isGone).length, failed };
    left -= going.length;
  }
  return { left, failed };
}

async function areGone(going: readonly Tracked[], { clock, signal }: EngineContext): Promise<boolean> {
  const giveUpAt = clock.monotonicMs() + goneWithinMs;
  for (let waitMs = 5; !going.every(isGone); waitMs = Math.min(100, waitMs * 2)) {
    if (clock.monotonicMs() >= giveUpAt) return false;
    await clock.sleep(waitMs, signal);
  }
  return true;
}

const isGone = ({ leftover }: Tracked): boolean => leftover.kind === "missing";
const isLeaving = ({ leftover }: Tracked): boolean => leftover.kind === "live" && leftover.deleting !== undefined;

/** The inventory lets go of it when it is really gone, which a finalizer may delay. */
function deleteObject(
  application: Application,
  tracked: Tracked,
  leftover: Leftover,
  because: string,
  isOn: () => boolean,
  context: EngineContext,
): Promise<void> {
  return holdObject(application, tracked, "normal", context, async () => {
    try {
      tracked.failure = undefined;
      await deleteAsJudged(application, tracked, leftover, isOn, context);
      if (!isLeaving(tracked)) return;
      context.events.record({ kind: "Pruned", application: application.name, object: nameOf(tracked.id), message: because });
    } catch (thrown) {
      tracked.failure = failureOf(thrown);
    }
  });
}

/** With the uid and the version that were judged as preconditions; of a newer version nothing is known, so it is looked at first. */
async function deleteAsJudged(
  application: Application,
  tracked: Tracked,
  leftover: Leftover,
  isOn: () => boolean,
  context: EngineContext,
): Promise<void> {
  const { kube } = application.access;
  const ref = refOf(tracked, context);
  for (let look = 0; ; look += 1) {
    const { leftover: live } = tracked;
    if (!ref || live.kind !== "live" || !isStillToGo(leftover, live)) return;
    // Asked again in the tick in which it leaves: an envelope may have come since the plan was made.
    if (!isOn() || tracked.wanted || context.isSuspended(tracked) || isWantedElsewhere(application, tracked.key, context)) return;
    try {
      await kube.delete(ref, { uid: live.uid, resourceVersion: live.resourceVersion }, context.signal);
      tracked.leftover = { ...live, deleting: { since: rfc3339(context.clock.now()), finalizers: [] } };
      return;
    } catch (thrown) {
      const { code } = toDroverError(thrown);
      if (code !== "KUBE_NOT_FOUND" && (code !== "KUBE_STALE" || look >= looks)) throw thrown;
    }
    const seen = await kube.get(ref, context.signal);
    tracked.leftover = seen ? leftoverLive(seen) : { kind: "missing" };
  }
}

function refOf({ id: { group, kind, namespace, name }, version }: Tracked, { discovery }: EngineContext): ObjectRef | undefined {
  const resource = discovery.find(group, kind, version);
  return resource && { resource, namespace, name };
}
