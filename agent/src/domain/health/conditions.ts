import { isJsonObject, memberAt } from "@drover/kit";
import { textOf } from "../manifest-fields.ts";
import type { Manifest } from "../manifest.ts";
import { type Assessment, degraded, healthy, progressing } from "./health.ts";

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

export function conditionsOf(object: Manifest): readonly Condition[] {
  const conditions = memberAt(object, "status", "conditions");
  if (!Array.isArray(conditions)) return [];
  return conditions.filter(isJsonObject).map((condition) => ({
    type: textOf(condition["type"]),
    status: textOf(condition["status"]),
    reason: textOf(condition["reason"]),
    message: textOf(condition["message"]),
  }));
}

export const conditionOf = (object: Manifest, type: string): Condition | undefined =>
  conditionsOf(object).find((condition) => condition.type === type);

export const numberAt = (object: Manifest, ...path: readonly string[]): number | undefined => {
  const value = memberAt(object, ...path);
  return typeof value === "number" ? value : undefined;
};

/** The controller has not read the newest spec yet, so its status speaks of an older one. */
export function notObserved(object: Manifest): Assessment | undefined {
  const observed = numberAt(object, "status", "observedGeneration");
  const generation = numberAt(object, "metadata", "generation");
  if (observed === undefined || generation === undefined || observed >= generation) return undefined;
  return progressing("NotObserved", `its controller has seen generation ${observed} of ${generation}`);
}

/** They say that something is wrong when they are true. Degraded is no word of kstatus, but of many operators. */
const failures = new Set(["Stalled", "Failed", "Degraded"]);

/** kstatus' reading of any object: failures are true, Reconciling and an unready Ready mean not yet. */
export function assessConditions(object: Manifest): Assessment {
  const behind = notObserved(object);
  if (behind) return behind;
  const conditions = conditionsOf(object);
  const failed = conditions.find(({ type, status }) => failures.has(type) && status === "True");
  if (failed) return degraded(failed.reason || failed.type, failed.message);
  const busy = conditions.find(({ type, status }) => type === "Reconciling" && status === "True");
  if (busy) return progressing(busy.reason || busy.type, busy.message);
  const unready = conditions.find(({ type, status }) => (type === "Ready" || type === "Available") && status !== "True");
  if (unready) return progressing(unready.reason || `Not${unready.type}`, unready.message);
  return healthy;
}
