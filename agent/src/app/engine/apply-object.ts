import { DroverError, parseJson } from "@drover/kit";
import type { Assignment } from "@drover/proto/wire";
import { differences } from "../../domain/apply/difference.ts";
import { managersOf, meetObject } from "../../domain/apply/meet.ts";
import { decideApply } from "../../domain/apply/plan.ts";
import { assess } from "../../domain/health/assess.ts";
import { missing } from "../../domain/health/health.ts";
import { evictPeople } from "../../domain/drift/evict.ts";
import { resourceVersionOf, uidOf } from "../../domain/manifest-fields.ts";
import { nameOf } from "../../domain/manifest.ts";
import { fieldManagerOf, ownerOf } from "../../domain/owner.ts";
import type { Kube, KubeObject, ObjectRef } from "../kube.ts";
import { type Application, isActive } from "./application.ts";
import type { EngineContext } from "./context.ts";
import { failureOf } from "./failure.ts";
import { holdObject } from "./hold-object.ts";
import { adopt } from "./observe.ts";
import type { Tracked, Wanted } from "./tracked.ts";

export type ObjectOutcome = "written" | "unchanged" | "failed";

interface Writing {
  readonly kube: Kube;
  readonly ref: ObjectRef;
  readonly manifest: KubeObject;
  readonly wanted: Wanted;
  readonly assignment: Assignment;
  readonly fieldManager: string;
}

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
      adopt(application, tracked, await meet(tracked, writing(application, tracked, wanted, assignment, context), context), wanted.desired);
      return "written";
    case "apply":
      adopt(application, tracked, await write(writing(application, tracked, wanted, assignment, context), true, context), wanted.desired);
      return "written";
  }
}

function writing(
  application: Application,
  tracked: Tracked,
  wanted: Wanted,
  assignment: Assignment,
  { discovery }: EngineContext,
): Writing {
  const { group, kind, namespace, name } = tracked.id;
  const resource = discovery.find(group, kind, tracked.version);
  if (!resource) throw new DroverError("not-found", "KIND_UNKNOWN", `apply ${nameOf(tracked.id)}: the cluster does not serve this kind`);
  return {
    kube: application.access.kube,
    ref: { resource, namespace, name },
    manifest: parseJson(wanted.text) as KubeObject,
    wanted,
    assignment,
    fieldManager: fieldManagerOf(application.head.project),
  };
}

/** Looks first who has the name by now. */
async function meet(tracked: Tracked, object: Writing, context: EngineContext): Promise<KubeObject> {
  const { assignment, ref } = object;
  const live = await object.kube.get(ref, context.signal);
  if (live && tracked.applied?.uid === uidOf(live)) return write(object, true, context); // only its label was taken off
  if (live) tracked.assessment = assess(live); // theirs, should it stay theirs
  const meeting = meetObject(live, ownerOf(assignment.application, context.clusterId), assignment.syncPolicy.whenToTakeOver);
  switch (meeting.kind) {
    case "create":
      return write(object, false, context);
    case "ours":
    case "take":
      return write(object, true, context);
    case "compare":
      return takeOverUnchanged(object, live!, context);
    case "conflict":
      throw new DroverError("wrong-state", "OBJECT_CONFLICT", meeting.message);
  }
}

/** IfNoDiff: a dry run without force names the managers that disagree; one that succeeds may still add fields. */
async function takeOverUnchanged(object: Writing, live: KubeObject, context: EngineContext): Promise<KubeObject> {
  const { ref, manifest, fieldManager } = object;
  const answer = await object.kube.apply(ref, manifest, { fieldManager, force: false, dryRun: true }, context.signal);
  const paths = differences(live, answer, 3);
  if (paths.length > 0)
    throw new DroverError(
      "wrong-state",
      "OBJECT_CONFLICT",
      `exists already, written by ${managersOf(live)}, and differs at ${paths.join(", ")}`,
    );
  return write(object, false, context);
}

async function write(object: Writing, force: boolean, context: EngineContext): Promise<KubeObject> {
  const { ref, manifest, fieldManager, assignment } = object;
  const options = { fieldManager, force };
  const answer = await object.kube.apply(ref, manifest, options, context.signal);
  if (assignment.syncPolicy.drift.people !== "evict") return answer;
  const merged = evictPeople(answer, fieldManager);
  if (!merged) return answer;
  // What people added counts as ours now, so that the second apply takes away what git does not have.
  await object.kube.replaceManagedFields(ref, merged, resourceVersionOf(answer), context.signal);
  return object.kube.apply(ref, manifest, { fieldManager, force: true }, context.signal);
}
