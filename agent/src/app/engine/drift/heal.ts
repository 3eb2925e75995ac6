import { afterHeal, type Fight, fightOf, healDelayMs } from "../../../domain/drift/heal-pace.ts";
import type { Drift } from "../../../domain/drift/judge.ts";
import { type Application, isActive } from "../application.ts";
import { applyObject } from "../write/apply-object.ts";
import type { EngineContext } from "../context.ts";
import { treatmentFor } from "./drift-treatment.ts";
import { endEpisode, noteDrift, tellDrift, tellFailure, tellFight } from "./drift-episodes.ts";
import { driftOf, type Tracked } from "../tracked.ts";

/** Puts an object right that differs from what we applied, or says that it does. Returns at once; the work is queued. */
export function reactToDrift(application: Application, tracked: Tracked, context: EngineContext): void {
  const drift = driftOf(tracked);
  if (!drift) return endEpisode(application, tracked, context);
  if (!isActive(application) || context.isSuspended(tracked)) return;
  // A bundle that is just being applied takes care of its own objects.
  if (tracked.applied?.desired !== tracked.wanted?.desired) return;
  const treatment = treatmentFor(application, drift);
  if (treatment === "ignore") return endEpisode(application, tracked, context);
  noteDrift(tracked, drift, context);
  if (treatment === "report") tellDrift(application, tracked, context);
  else if (!tracked.healing) void heal(application, tracked, drift, context);
}

async function heal(application: Application, tracked: Tracked, drift: Drift, context: EngineContext): Promise<void> {
  const { clock, log, signal } = context;
  tracked.healing = true;
  try {
    await waitForTurn(application, tracked, drift, context);
    if (!isToBeHealed(application, tracked, context)) return;
    const outcome = await applyObject(application, tracked, "urgent", context);
    if (outcome === "unchanged") return;
    tracked.heals = afterHeal(tracked.heals, drift, clock.monotonicMs());
    if (outcome === "failed") tellFailure(application, tracked, tracked.failure?.message ?? "", context);
    else endEpisode(application, tracked, context); // what came right after our write is another one
    context.inventoryChanged(application);
  } catch (thrown) {
    if (!signal.aborted) log.error({ err: thrown, object: tracked.key }, "an object could not be healed");
  } finally {
    tracked.healing = false;
    // A failure, or somebody who was faster: it differs still, and the next round waits longer.
    if (!signal.aborted && driftOf(tracked)) queueMicrotask(() => context.observed(application, tracked));
  }
}

async function waitForTurn(application: Application, tracked: Tracked, drift: Drift, context: EngineContext): Promise<void> {
  const { clock, signal } = context;
  const nowMs = clock.monotonicMs();
  const delayMs = healDelayMs(tracked.heals, nowMs);
  const wasFighting = tracked.fight !== undefined;
  tracked.fight = fightOf(tracked.heals, drift, nowMs);
  if (tracked.fight && !wasFighting) tellFight(application, tracked, fightText(tracked.fight, delayMs), context);
  if (delayMs === 0) return;
  tellDrift(application, tracked, context);
  await clock.sleep(delayMs, signal);
}

function fightText({ with: other, fields, heals }: Fight, delayMs: number): string {
  const does = fields.length > 0 ? `changing ${fields.join(", ")}` : "deleting it";
  return `${other} keeps ${does}, healed ${heals === 1 ? "once" : `${heals} times`}, next in ${Math.ceil(delayMs / 1000)} s`;
}

/** Things may have changed while it waited. */
function isToBeHealed(application: Application, tracked: Tracked, context: EngineContext): boolean {
  const drift = driftOf(tracked);
  return drift !== undefined && isActive(application) && !context.isSuspended(tracked) && treatmentFor(application, drift) === "heal";
}
