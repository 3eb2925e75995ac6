import { DroverError, toDroverError } from "@drover/kit";
import type { Assignment } from "@drover/proto/wire";
import { decideApply } from "../../domain/apply/plan.ts";
import { missing } from "../../domain/health/health.ts";
import type { KubeObject } from "../kube.ts";
import { type Application, isActive } from "./application.ts";
import type { EngineContext } from "./context.ts";
import { isLeftAlone } from "./drift-treatment.ts";
import { failureOf } from "./failure.ts";
import { holdObject } from "./hold-object.ts";
import { letGo } from "./let-go.ts";
import { meet } from "./meet-object.ts";
import { adopt } from "./observe.ts";
import type { Tracked, Wanted } from "./tracked.ts";
import { isOtherUid, writeObject } from "./write-object.ts";
import { writingOf } from "./writing.ts";

export type ObjectOutcome = "written" | "unchanged" | "failed";

/** Brings one object to what the bundle says. A failure stays with the object and never stops the others. */
export function applyObject(
  application: Application,
  tracked: Tracked,
  priority: "urgent" | "normal",
  context: EngineContext,
): Promise<ObjectOutcome> {
  return holdObject(application, tracked, priority, context, async () => {
    try {
      return await applyDecided(application, tracked, context);
    } catch (thrown) {
      tracked.failure = failureOf(thrown);
      tracked.assessment ??= missing;
      return "failed";
    }
  });
}

async function applyDecided(application: Application, tracked: Tracked, context: EngineContext): Promise<ObjectOutcome> {
  const { assignment } = application;
  const { wanted } = tracked;
  // Decided here and not by the caller: what was true when the work was queued may have been put right since.
  if (!wanted || !assignment || !isActive(application) || context.signal.aborted) return "unchanged";
  if (isLeftAlone(application, tracked)) return "unchanged";
  const decision = decideApply(wanted, tracked);
  if (decision.kind !== "unchanged" && context.isSuspended(tracked))
    throw new DroverError("wrong-state", "OBJECT_SUSPENDED", "drover.dev/suspend is set on it or on its namespace: it is left as it is");
  switch (decision.kind) {
    case "unchanged":
      tracked.failure = undefined;
      return "unchanged";
    case "hold":
      throw new DroverError("wrong-state", "OBJECT_TERMINATING", "it is being deleted and comes back once its finalizers let it go");
    case "meet":
    case "apply":
      adopt(application, tracked, await write(decision.kind, application, tracked, wanted, assignment, context), wanted.desired);
      return "written";
  }
}

async function write(
  how: "meet" | "apply",
  application: Application,
  tracked: Tracked,
  wanted: Wanted,
  assignment: Assignment,
  context: EngineContext,
): Promise<KubeObject> {
  const object = writingOf(application, tracked, wanted, assignment, context);
  if (how === "meet" || !tracked.applied) return meet(tracked, object, context);
  try {
    if (tracked.applied.desired !== wanted.desired) await letGo(object, tracked.applied, context);
    return await writeObject(object, tracked.applied.uid, context);
  } catch (thrown) {
    const error = toDroverError(thrown);
    // Gone, or another by now, and the watch has not said so yet.
    if (error.code === "KUBE_STALE" || isOtherUid(error)) return meet(tracked, object, context);
    throw thrown;
  }
}
