import type { Assignment } from "@drover/proto/wire";
import type { PruneProgress } from "../../../domain/status/application-status.ts";
import type { Application } from "../application.ts";
import type { EngineContext } from "../context.ts";
import { deleteHooksLeft, runDeleteHooks } from "./delete-hooks.ts";
import { deleteObjects } from "./delete-objects.ts";
import { releaseObjects } from "./release-objects.ts";
import { unreadApplication } from "./other-applications.ts";
import type { Outcome } from "../outcome.ts";
import { forgetUnserved, letGo, planFor, remember, reportHeld } from "./plan-deletion.ts";
import { needsAnotherRun } from "./prune.ts";
import { watchOwned } from "../watch/watch-owned.ts";

/**
 * One run for an application that leaves: its objects are deleted or left as nobody's, then the inventory goes, and until
 * the assignment does so too it is reported Removed. It may be cut off anywhere: what is left to do is what the inventory has.
 */
export async function remove(application: Application, assignment: Assignment, context: EngineContext): Promise<Outcome> {
  want(application);
  if (application.objects.size > 0 || application.leaving) {
    const progress =
      assignment.deletionPolicy === "Delete" ? await deleteAll(application, assignment, context) : await leave(application, context);
    if (application.assignment !== assignment) return { kind: "superseded" };
    if (progress.kind === "hook") return progress.outcome;
    if (progress.kind !== "done") {
      application.progress = { kind: "removing", prune: progress };
      return needsAnotherRun(progress) ? { kind: "retry" } : { kind: "settled" };
    }
    const unfinished = application.leaving ? await runDeleteHooks(application, assignment, "PostDelete", context) : undefined;
    if (application.assignment !== assignment) return { kind: "superseded" };
    if (unfinished) return unfinished;
    if (application.leaving) await deleteHooksLeft(application, context);
  }
  application.objects.clear();
  application.leaving = false;
  application.sync = undefined;
  await context.inventories.remove(application);
  await context.bundles.forget(application.name, context.signal);
  if (application.assignment !== assignment) return { kind: "superseded" };
  // Said only now: whoever hears it takes the assignment away, without which a new process would not go on.
  application.removed = true;
  return { kind: "settled" };
}

/** Nothing is wanted any more, so that nothing is healed; what never became ours leaves no trace. */
function want(application: Application): void {
  application.wantedFrom = undefined;
  for (const [key, tracked] of application.objects) {
    tracked.wanted = undefined;
    tracked.failure = undefined;
    if (!tracked.owned) application.objects.delete(key);
  }
}

/** A PreDelete hook that has not ended, or failed: nothing is deleted before. */
interface HookFirst {
  readonly kind: "hook";
  readonly outcome: Outcome;
}

async function deleteAll(application: Application, assignment: Assignment, context: EngineContext): Promise<PruneProgress | HookFirst> {
  const isOn = (): boolean => application.assignment === assignment && !application.inMaintenance && !context.signal.aborted;
  await forgetUnserved(application, [...application.objects.values()], context);
  const watched = await watchOwned(application, context);
  const unread = unreadApplication(application, context);
  const before =
    watched === "incomplete"
      ? ({ kind: "not-applied" } as const)
      : unread === undefined
        ? undefined
        : ({ kind: "unread-bundle", application: unread } as const);
  const plan = planFor(application, assignment, [...application.objects.values()], "removal", before, context);
  letGo(application, plan, context);
  const { next, leaving, kept } = plan;
  if (next.kind === "wait") return { kind: "waiting", for: next.for, objects: next.objects };
  if (next.kind === "held") return reportHeld(application, next.because, next.list, context);
  if (!isOn()) return { kind: "leaving", objects: application.objects.size, failed: false };
  const unfinished = application.leaving ? undefined : await runDeleteHooks(application, assignment, "PreDelete", context);
  if (unfinished) return { kind: "hook", outcome: unfinished };
  if (!isOn()) return { kind: "leaving", objects: application.objects.size, failed: false };
  await begin(application, context);
  if (next.kind === "delete") await remember(application, next.approved, context);
  const deletions = next.kind === "delete" ? next.deletions : [];
  const { left, failed } = await deleteObjects(application, { deletions, leaving, because: "its application is removed", isOn }, context);
  if (left > 0) return { kind: "leaving", objects: left, failed };
  return releaseObjects(
    application,
    kept.map(({ leftover }) => leftover.key),
    isOn,
    context,
  );
}

/** From here on objects go; after a restart it is not asked again what had to be done before. */
async function begin(application: Application, context: EngineContext): Promise<void> {
  if (application.leaving) return;
  application.leaving = true;
  await context.inventories.save(application);
}

async function leave(application: Application, context: EngineContext): Promise<PruneProgress> {
  const { assignment } = application;
  await forgetUnserved(application, [...application.objects.values()], context);
  const isOn = (): boolean => application.assignment === assignment && !application.inMaintenance && !context.signal.aborted;
  return releaseObjects(application, [...application.objects.keys()], isOn, context);
}
