import { afterHeal, healDelayMs } from "../../domain/drift/heal-pace.ts";
import type { Drift } from "../../domain/drift/judge.ts";
import { nameOf } from "../../domain/manifest.ts";
import { type Application, isActive } from "./application.ts";
import { applyObject } from "./apply-object.ts";
import type { EngineContext } from "./context.ts";
import { driftOf, type Tracked } from "./tracked.ts";

/** Puts an object right that differs from what we applied, or says that it does. Returns at once; the work is queued. */
export function reactToDrift(application: Application, tracked: Tracked, context: EngineContext): void {
  const drift = driftOf(tracked);
  if (!drift && tracked.drift === "told") tracked.drift = "unnoticed";
  if (!drift || tracked.drift !== "unnoticed" || !isActive(application) || context.isSuspended(tracked)) return;
  // A bundle that is just being applied takes care of its own objects.
  if (tracked.applied?.desired !== tracked.wanted?.desired) return;
  if (isToBeHealed(application, drift)) void heal(application, tracked, drift, context);
  else if (application.assignment?.syncPolicy.drift.mode !== "off") tell(application, tracked, drift, context);
}

function isToBeHealed({ assignment }: Application, drift: Drift): boolean {
  if (!assignment) return false;
  const { selfHeal, drift: policy } = assignment.syncPolicy;
  return selfHeal && policy.mode === "correct" && !(drift.kind === "additions" && policy.people === "report");
}

async function heal(application: Application, tracked: Tracked, drift: Drift, context: EngineContext): Promise<void> {
  const { clock, signal, events } = context;
  tracked.drift = "healing";
  const delayMs = healDelayMs(tracked.heals, clock.monotonicMs());
  try {
    if (delayMs > 0) await clock.sleep(delayMs, signal);
    const outcome = await applyObject(application, tracked, "urgent", context);
    if (outcome === "unchanged") return;
    tracked.heals = afterHeal(tracked.heals, clock.monotonicMs());
    const about = { application: application.name, object: nameOf(tracked.id) };
    if (outcome === "failed") events.record({ kind: "HealFailed", ...about, message: tracked.failure?.message ?? "" });
    else events.record({ kind: "DriftHealed", ...about, message: driftText(drift) });
    context.inventoryChanged(application);
  } catch (thrown) {
    if (!signal.aborted) throw thrown;
  } finally {
    tracked.drift = "unnoticed";
    // A failure, or somebody who was faster: it differs still, and the next round waits longer.
    if (!signal.aborted && driftOf(tracked)) queueMicrotask(() => context.observed(application, tracked));
  }
}

function tell(application: Application, tracked: Tracked, drift: Drift, { events }: EngineContext): void {
  tracked.drift = "told";
  events.record({ kind: "DriftFound", application: application.name, object: nameOf(tracked.id), message: driftText(drift) });
}

function driftText(drift: Drift): string {
  switch (drift.kind) {
    case "deleted":
      return "it was deleted";
    case "recreated":
      return `it was deleted and made again by ${drift.by ?? "somebody"}`;
    case "edited":
      return `fields that git sets were changed by ${drift.by ?? "somebody"}`;
    case "disowned":
      return `fields that git sets were taken over by ${drift.by ?? "somebody"}`;
    case "additions":
      return `fields that git does not have were added with ${drift.by ?? "an unknown tool"}`;
  }
}
