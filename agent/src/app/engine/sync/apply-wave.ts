import { crdRank, rankOf } from "../../../domain/order/rank.ts";
import type { Step, SyncWave } from "../../../domain/order/sync-order.ts";
import type { Application } from "../application.ts";
import { applyObject } from "../write/apply-object.ts";
import type { EngineContext } from "../context.ts";
import { establish, isServed } from "./establish.ts";
import { isAsTargeted, isDone, promote, refuse } from "../bundle/target.ts";
import type { Tracked } from "../tracked.ts";
import type { Wait } from "./wait.ts";
import { watchOwned } from "../watch/watch-owned.ts";

export interface AppliedWave {
  /** An object could not be applied; another run tries again. */
  readonly failed: boolean;
  /** Objects whose dependencies are not healthy yet. */
  readonly held: (Wait & { readonly kind: "dependencies" })["pairs"];
}

/** Brings the objects of a wave in place, step by step; a failure never stops the others, but for those that depend on it. */
export async function applyWave(
  application: Application,
  wave: SyncWave,
  isOn: () => boolean,
  context: EngineContext,
): Promise<AppliedWave> {
  const { refused } = application.target!.order;
  for (const key of wave.keys) if (refused.has(key)) refuse(application, key, refused.get(key)!);
  let failed = wave.keys.some((key) => refused.has(key));
  const held = new Map<string, string>();
  await begin(
    application,
    wave.steps.flatMap((step) => dueIn(step, application, held)),
    context,
  );
  for (const step of wave.steps) {
    if (!isOn()) break;
    const due = dueIn(step, application, held);
    await begin(application, due, context);
    const members = due.map((key) => application.objects.get(key)!);
    const outcomes = await Promise.all(members.map((tracked) => applyObject(application, tracked, "normal", context)));
    if (outcomes.includes("failed")) failed = true;
    const definitions = members.filter(({ id }) => rankOf(id) === crdRank);
    if (definitions.some((tracked) => !isServed(tracked, context))) await establish(application, definitions, context);
  }
  return { failed, held: Array.from(held, ([key, on]) => ({ key, on })) };
}

/** The members of a step that need not wait, and takes note of the others. */
function dueIn(step: Step, application: Application, held: Map<string, string>): readonly string[] {
  return step.flatMap(({ key, after }) => {
    const missing = isAsTargeted(application, key) ? undefined : after.find((on) => !isDone(application, on));
    if (missing === undefined) held.delete(key);
    else held.set(key, missing);
    return missing === undefined ? [key] : [];
  });
}

/** Their turn has come. Before an object is created the inventory says that it will be, so that a crash cannot make it nobody's. */
async function begin(application: Application, keys: readonly string[], context: EngineContext): Promise<void> {
  const news: Tracked[] = keys.map((key) => promote(application, key)).filter(({ owned }) => !owned);
  if (news.length === 0) return;
  for (const tracked of news) tracked.owned = true;
  await context.inventories.save(application);
  await watchOwned(application, context);
}
