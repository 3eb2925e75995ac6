import { DroverError, toDroverError } from "@drover/kit";
import type { Assignment } from "@drover/proto/wire";
import { decideApply } from "../../../domain/apply/plan.ts";
import { afterFailure, isTooEarly, type Retry } from "../../../domain/apply/retry-pace.ts";
import { missing } from "../../../domain/health/health.ts";
import type { Failure } from "../../../domain/status/application-status.ts";
import type { KubeObject } from "../../kube.ts";
import { type Application, isActive } from "../application.ts";
import type { EngineContext } from "../context.ts";
import { isLeftAlone } from "../drift/drift-treatment.ts";
import { failureOf } from "../failure.ts";
import { holdObject } from "../schedule/hold-object.ts";
import { letGo } from "./let-go.ts";
import { meet } from "./meet-object.ts";
import { adopt } from "../watch/observe.ts";
import type { Tracked, Wanted } from "../tracked.ts";
import { isOtherUid } from "./same-uid.ts";
import { writeObject } from "./write-object.ts";
import { writingOf } from "./writing.ts";

export type ObjectOutcome = "written" | "unchanged" | "failed";

/**
 * Brings one object to what the bundle says. A failure stays with the object and never stops the others; until it is time to
 * try again, a run passes it by. Healing has a pace of its own.
 */
export function applyObject(
  application: Application,
  tracked: Tracked,
  priority: "urgent" | "normal",
  context: EngineContext,
): Promise<ObjectOutcome> {
  return holdObject(application, tracked, priority, context, async () => {
    const generation = application.assignment?.generation ?? 0;
    if (priority === "normal" && tracked.failure && isTooEarly(tracked.retry, generation, context.clock.monotonicMs())) return "failed";
    try {
      const outcome = await applyDecided(application, tracked, context);
      tracked.retry = undefined;
      return outcome;
    } catch (thrown) {
      tracked.failure = failureOf(thrown);
      tracked.assessment ??= missing;
      tracked.retry = retryOf(application, tracked.retry, tracked.failure, context);
      return "failed";
    }
  });
}

function retryOf({ assignment, objects }: Application, before: Retry | undefined, { reason }: Failure, context: EngineContext): Retry {
  // Of a first failure nobody asks how many others there are: with ten thousand of them, counting each time would cost seconds.
  // A namespace that is going away refuses a few and answers for all.
  const failing = before && reason !== "Blocked" ? [...objects.values()].filter(({ failure }) => failure !== undefined).length : 1;
  const { clock, random } = context;
  return afterFailure(before, { reason, generation: assignment?.generation ?? 0, objects: failing }, clock.monotonicMs(), random());
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
