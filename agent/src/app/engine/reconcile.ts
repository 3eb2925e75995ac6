import type { Assignment } from "@drover/proto/wire";
import type { Application } from "./application.ts";
import type { EngineContext } from "./context.ts";
import { failureOf } from "./failure.ts";
import { useHealthRules } from "./watch/health-rules.ts";
import { nextRetry } from "./next-retry.ts";
import type { Outcome } from "./outcome.ts";
import { needsAnotherRun, prune } from "./delete/prune.ts";
import { rediscover } from "./watch/rediscover.ts";
import { readBundle, readRestoredBundle } from "./bundle/read-bundle.ts";
import { remove } from "./delete/removal.ts";
import { reportOnly } from "./compare/report-only.ts";
import { sharedWithOthers } from "./bundle/shared-objects.ts";
import { failedHookOf, type Synced, syncTarget } from "./sync/sync-phases.ts";
import { driftOf } from "./tracked.ts";
import { waitText } from "./sync/wait.ts";
import { peersOf } from "./sync/waiting.ts";
import { watchOwned } from "./watch/watch-owned.ts";

/**
 * One run for one application: read, sync in order, then prune. It may be repeated at any time and at any point of a
 * run that was cut off; what is right already costs no request.
 */
export async function reconcile(application: Application, context: EngineContext): Promise<Outcome> {
  const { assignment } = application;
  application.wait = undefined;
  if (!assignment || application.inMaintenance)
    return (await watchOwned(application, context)) === "complete" ? { kind: "settled" } : { kind: "retry" };
  if (assignment.state === "removing") return remove(application, assignment, context);
  await useHealthRules(application, assignment, context);
  try {
    await rediscover(application, context);
    await readBundle(application, assignment, context);
  } catch (thrown) {
    application.progress = { kind: "failed", failure: failureOf(thrown) };
    await readRestoredBundle(application, assignment, context);
    await watchOwned(application, context);
    return { kind: "retry" };
  }
  await watchOwned(application, context);
  if (assignment.state === "suspended") return { kind: "settled" };
  if (assignment.syncPolicy.mode === "Report") return reportOnly(application, context);
  const shared = await sharedWithOthers(application, assignment, context);
  if (shared) {
    application.progress = { kind: "failed", failure: shared };
    healInForce(application, context);
    return { kind: "retry" };
  }
  // A run that goes on with what it waited for is no new beginning, and its status says so.
  if (application.progress.kind !== "waiting" && application.progress.kind !== "stopped") application.progress = { kind: "applying" };
  return conclude(application, assignment, await syncTarget(application, assignment, context), context);
}

async function conclude(application: Application, assignment: Assignment, synced: Synced, context: EngineContext): Promise<Outcome> {
  if (synced.kind === "superseded" || application.assignment !== assignment) return { kind: "superseded" };
  await context.inventories.save(application);
  switch (synced.kind) {
    case "applied": {
      if (synced.applied === "complete") application.appliedGeneration = assignment.generation;
      const pruned = await prune(application, assignment, synced.applied, context);
      if (application.assignment !== assignment) return { kind: "superseded" };
      application.progress = { kind: "applied", prune: pruned };
      if (synced.applied === "incomplete") return nextRetry(application, context);
      return needsAnotherRun(pruned) || isBlind(application) ? { kind: "retry" } : { kind: "settled" };
    }
    case "waiting":
      application.wait = synced.wait;
      application.progress = { kind: "waiting", for: waitText(synced.wait, application, peersOf(application, context)) };
      healInForce(application, context);
      return synced.applied === "complete" ? { kind: "settled" } : nextRetry(application, context);
    case "stopped":
      application.wait = synced.wait;
      application.progress = { kind: "stopped", by: failedHookOf(application) };
      healInForce(application, context);
      return { kind: "settled" };
  }
}

/** Whether of some objects it cannot be seen whether they stay as they were applied. */
const isBlind = ({ objects }: Application): boolean => [...objects.values()].some(({ unwatched }) => unwatched !== undefined);

/** A run that ends early has not come to every object: what is in force is kept right all the same. */
function healInForce(application: Application, { observed }: EngineContext): void {
  for (const tracked of application.objects.values()) if (driftOf(tracked)) observed(application, tracked);
}
