import { assess } from "../../../domain/health/assess.ts";
import { missing } from "../../../domain/health/health.ts";
import type { ReportedChanges } from "../../../domain/status/report-only.ts";
import type { Application } from "../application.ts";
import { type Comparison, compareWithCluster } from "./compare.ts";
import type { EngineContext } from "../context.ts";
import type { Outcome } from "../outcome.ts";
import { letGoOfTheRest, promote } from "../bundle/target.ts";
import { keyOf } from "../../../domain/manifest.ts";

/** How soon it is compared again: nothing tells of objects that are not ours. */
const compareEveryMs = 60_000;
/** One read and up to three dry runs each, which must not come to more than 50 requests a minute. */
const perObjectMs = 5_000;

/** `mode: Report`: says what a sync would do, and writes nothing: no object, label, namespace or inventory. */
export async function reportOnly(application: Application, context: EngineContext): Promise<Outcome> {
  const { assignment, target } = application;
  for (const key of target?.objects.keys() ?? []) promote(application, key);
  if (target) letGoOfTheRest(application);
  const comparisons = await compareWithCluster(application, context, context.signal);
  if (application.assignment !== assignment) return { kind: "superseded" };
  for (const comparison of comparisons) take(application, comparison);
  application.progress = { kind: "reported", changes: countOf(comparisons) };
  return { kind: "retry", afterMs: Math.max(compareEveryMs, comparisons.length * perObjectMs) };
}

function take({ objects, userRules }: Application, { id, before, failure }: Comparison): void {
  const tracked = objects.get(keyOf(id));
  if (!tracked) return;
  tracked.assessment = before ? assess(before, userRules) : missing;
  tracked.failure = failure;
}

function countOf(comparisons: readonly Comparison[]): ReportedChanges {
  const count = (change: Comparison["change"]): number => comparisons.filter((comparison) => comparison.change === change).length;
  return {
    create: count("create"),
    update: count("update"),
    prune: count("prune"),
    conflict: count("conflict"),
    unknown: count("unknown"),
  };
}
