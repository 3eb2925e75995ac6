import type { Assignment } from "@drover/proto/wire";
import { worstHealth } from "../../../domain/health/health.ts";
import type { DeletionPlan, Wait } from "../../../domain/prune/plan.ts";
import type { PruneProgress } from "../../../domain/status/application-status.ts";
import { type Application, isActive } from "../application.ts";
import type { EngineContext } from "../context.ts";
import { deleteObjects } from "./delete-objects.ts";
import { unreadApplication } from "./other-applications.ts";
import { forget, forgetUnserved, letGo, planFor, remember, reportHeld } from "./plan-deletion.ts";
import type { Tracked } from "../tracked.ts";
import { watchOwned } from "../watch/watch-owned.ts";

/** Deletes what left the bundle, as far as the plan allows. `applied`: whether every object of the bundle is in place. */
export async function prune(
  application: Application,
  assignment: Assignment,
  applied: "complete" | "incomplete",
  context: EngineContext,
): Promise<PruneProgress> {
  stay(application);
  for (const tracked of application.objects.values()) if (tracked.wanted) tracked.approved = false;
  if (leftoversOf(application).length === 0) return { kind: "done" };
  await forgetUnserved(application, leftoversOf(application), context);
  const watched = await watchOwned(application, context);
  const isOn = (): boolean => application.assignment === assignment && isActive(application) && !context.signal.aborted;
  if (!isOn()) return { kind: "waiting", for: { kind: "not-applied" }, objects: leftoversOf(application).length };
  const before = waitFor(application, applied === "complete" && watched === "complete", context);
  const plan = planFor(application, assignment, leftoversOf(application), "prune", before, context);
  letGo(application, plan, context);
  return carryOut(application, plan, isOn, context);
}

/** A removal that was taken back: the next one begins at its beginning. */
function stay(application: Application): void {
  if (!application.leaving) return;
  application.leaving = false;
  const { sync } = application;
  if (sync) application.sync = { ...sync, runs: sync.runs.filter(({ phase }) => phase !== "PreDelete" && phase !== "PostDelete") };
}

const leftoversOf = ({ objects }: Application): readonly Tracked[] => [...objects.values()].filter(({ wanted, owned }) => owned && !wanted);

function waitFor(application: Application, isApplied: boolean, context: EngineContext): Wait | undefined {
  if (!isApplied) return { kind: "not-applied" };
  const unread = unreadApplication(application, context);
  if (unread !== undefined) return { kind: "unread-bundle", application: unread };
  return isHealthyEnough(application) ? undefined : { kind: "not-healthy" };
}

/** Suspended is a state people chose; everything worse may still need what is about to go. */
export function isHealthyEnough({ objects }: Application): boolean {
  const worst = worstHealth([...objects.values()].filter(({ wanted }) => wanted).map(({ assessment }) => assessment?.health ?? "Unknown"));
  return worst === "Healthy" || worst === "Suspended";
}

async function carryOut(
  application: Application,
  { next, leaving }: DeletionPlan,
  isOn: () => boolean,
  context: EngineContext,
): Promise<PruneProgress> {
  switch (next.kind) {
    case "wait":
      return { kind: "waiting", for: next.for, objects: next.objects };
    case "held":
      return reportHeld(application, next.because, next.list, context);
    case "nothing":
      return leaving.length === 0 ? { kind: "done" } : { kind: "leaving", objects: leaving.length, failed: false };
    case "delete": {
      await remember(application, next.approved, context);
      const because = "git does not have it any more";
      const { left, failed } = await deleteObjects(application, { deletions: next.deletions, leaving, because, isOn }, context);
      for (const tracked of leftoversOf(application)) if (tracked.leftover.kind === "missing") forget(application, tracked, context);
      return left === 0 ? { kind: "done" } : { kind: "leaving", objects: left, failed };
    }
  }
}

/** Whether a run that ended so has to be repeated, although nothing else asks for it. */
export const needsAnotherRun = (progress: PruneProgress): boolean =>
  (progress.kind === "waiting" && progress.for.kind === "not-applied") || (progress.kind === "leaving" && progress.failed);

/** Whether objects were asked to go and are still there. */
export const isDeleting = ({ progress }: Application): boolean =>
  (progress.kind === "applied" || progress.kind === "removing") && progress.prune.kind === "leaving";

/** Whether what the last run waited for has come about. */
export function canGoOn(application: Application, context: EngineContext): boolean {
  const { progress, objects } = application;
  if (progress.kind !== "applied" && progress.kind !== "removing") return false;
  const { prune: last } = progress;
  if (last.kind === "leaving") return !last.failed && ![...objects.values()].some(isLeaving);
  if (last.kind !== "waiting") return false;
  switch (last.for.kind) {
    case "not-applied":
      return false;
    case "unread-bundle":
      return unreadApplication(application, context) !== last.for.application;
    case "not-healthy":
      return isHealthyEnough(application);
  }
}

const isLeaving = ({ wanted, leftover }: Tracked): boolean => !wanted && leftover.kind === "live" && leftover.deleting !== undefined;
