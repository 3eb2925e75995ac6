import { judge } from "../../domain/drift/judge.ts";
import { assess } from "../../domain/health/assess.ts";
import { healthy, missing, withKnownCause } from "../../domain/health/health.ts";
import { isFinishedJob } from "../../domain/health/workloads.ts";
import type { Applied } from "../../domain/inventory.ts";
import { annotationOf, isBeingDeleted, isLaterVersion, labelOf, resourceVersionOf, textOf, uidOf } from "../../domain/manifest-fields.ts";
import { fieldManagerOf } from "../../domain/owner.ts";
import { leftoverLive } from "../../domain/prune/leftover.ts";
import { ownFieldsOf, projectionOf } from "../../domain/drift/projection.ts";
import type { KubeObject } from "../kube.ts";
import type { Application } from "./application.ts";
import { suspendMark } from "./suspensions.ts";
import type { ObjectEvent, Tracked } from "./tracked.ts";

/** Takes a watch event into what we know of the object. Nobody may be working on it meanwhile. */
export function observe(application: Application, tracked: Tracked, event: ObjectEvent): void {
  switch (event.kind) {
    case "changed":
      return observeLive(application, tracked, event.object);
    case "deleted":
      return isOutdated(tracked, event.object) ? undefined : observeGone(tracked);
    case "absent":
      return observeGone(tracked);
  }
}

/** The end of an object whose place another has taken already, or of one that we wrote again since. */
const isOutdated = ({ applied, live }: Tracked, object: KubeObject): boolean =>
  applied !== undefined &&
  ((uidOf(object) !== applied.uid && live.kind !== "drifted") || isLaterVersion(applied.resourceVersion, resourceVersionOf(object)));

function observeLive(application: Application, tracked: Tracked, object: KubeObject): void {
  if (tracked.applied) {
    const people = application.assignment?.syncPolicy.drift.people ?? "keep";
    const judgement = judge(tracked.applied, object, fieldManagerOf(application.head.project), people);
    if (judgement.kind === "old") return;
    tracked.live = judgement.kind === "drift" ? { kind: "drifted", drift: judgement.drift } : judgement;
  } else tracked.live = isBeingDeleted(object) ? { kind: "terminating" } : { kind: "in-sync" };
  see(tracked, object);
}

function observeGone(tracked: Tracked): void {
  if (!tracked.applied && tracked.failure) return; // somebody else's: our label-limited watch never has it
  tracked.live = { kind: tracked.finished ? "finished-and-gone" : "missing" };
  tracked.leftover = { kind: "missing" };
  tracked.assessment = tracked.finished ? healthy : missing;
}

/** Takes the answer to an apply: from now on the object is ours, and this is what it should look like. */
export function adopt(application: Application, tracked: Tracked, answer: KubeObject, desired: string): void {
  tracked.applied = appliedFrom(answer, desired, fieldManagerOf(application.head.project));
  tracked.owned = true;
  tracked.live = isBeingDeleted(answer) ? { kind: "terminating" } : { kind: "in-sync" };
  tracked.failure = undefined;
  see(tracked, answer);
}

function see(tracked: Tracked, object: KubeObject): void {
  tracked.leftover = leftoverLive(object);
  tracked.assessment = withKnownCause(assess(object), tracked.assessment);
  tracked.createdAt = textOf(object.metadata["creationTimestamp"]) || undefined;
  tracked.finished = isFinishedJob(object);
  tracked.suspended = (labelOf(object, suspendMark) ?? annotationOf(object, suspendMark)) === "true";
}

function appliedFrom(answer: KubeObject, desired: string, fieldManager: string): Applied {
  const fields = ownFieldsOf(answer, fieldManager);
  return { uid: uidOf(answer), desired, fields, projection: projectionOf(fields, answer), resourceVersion: resourceVersionOf(answer) };
}
