import { memberAt, parseJson } from "@drover/kit";
import { type Judgement, judge, type Outlook } from "../../../domain/drift/judge.ts";
import { fieldsLeft } from "../../../domain/drift/ignore.ts";
import { assess } from "../../../domain/health/assess.ts";
import { healthy, missing, withKnownCause } from "../../../domain/health/health.ts";
import { isFinishedJob } from "../../../domain/health/workloads.ts";
import type { Applied } from "../../../domain/inventory.ts";
import {
  annotationOf,
  isBeingDeleted,
  isLaterVersion,
  labelOf,
  resourceVersionOf,
  textOf,
  uidOf,
} from "../../../domain/manifest-fields.ts";
import { fieldManagerOf } from "../../../domain/owner.ts";
import { leftoverLive } from "../../../domain/prune/leftover.ts";
import { ownFieldsOf, projectionOf } from "../../../domain/drift/projection.ts";
import type { KubeObject } from "../../kube.ts";
import type { Application } from "../application.ts";
import { suspendMark } from "./suspensions.ts";
import type { ObjectEvent, Tracked } from "../tracked.ts";

/** Takes a watch event into what we know of the object. Nobody may be working on it meanwhile. */
export function observe(application: Application, tracked: Tracked, event: ObjectEvent): void {
  switch (event.kind) {
    case "changed":
      return observeLive(application, tracked, event.object);
    case "deleted":
      if (isOutdated(tracked, event.object)) return;
      tracked.finished ||= isFinishedJob(event.object);
      return observeGone(tracked);
    case "absent":
      tracked.finished ||= mayHaveRunOut(tracked);
      return observeGone(tracked);
  }
}

/** The end of an object whose place another has taken already, or of one that we wrote again since. */
const isOutdated = ({ applied, live }: Tracked, object: KubeObject): boolean =>
  applied !== undefined &&
  ((uidOf(object) !== applied.uid && live.kind !== "drifted") || isLaterVersion(applied.resourceVersion, resourceVersionOf(object)));

/**
 * Nobody saw the end of a Job that Kubernetes removes after a while: it may have run. Whoever deleted it can have it again by a
 * change in git; one that runs twice may do harm.
 */
const mayHaveRunOut = ({ id, applied, wanted }: Tracked): boolean =>
  applied !== undefined &&
  id.group === "batch" &&
  id.kind === "Job" &&
  memberAt(parseJson(wanted?.text ?? "null"), "spec", "ttlSecondsAfterFinished") !== undefined;

function observeLive(application: Application, tracked: Tracked, object: KubeObject): void {
  if (tracked.applied) {
    const judgement = judge(tracked.applied, object, outlookOf(application, tracked));
    if (judgement.kind === "old") return;
    takeJudgement(tracked, tracked.applied, judgement);
  } else tracked.live = isBeingDeleted(object) ? { kind: "terminating" } : { kind: "in-sync" };
  see(application, tracked, object);
}

const outlookOf = ({ head, assignment }: Application, { wanted }: Tracked): Outlook => ({
  fieldManager: fieldManagerOf(head.project),
  people: assignment?.syncPolicy.drift.people ?? "keep",
  ignore: wanted?.ignore,
  wanted: wanted?.text,
});

function takeJudgement(tracked: Tracked, applied: Applied, judgement: Exclude<Judgement, { kind: "old" }>): void {
  switch (judgement.kind) {
    case "drift":
      tracked.live = { kind: "drifted", drift: judgement.drift };
      return;
    case "left":
      // Nothing need be sent: from now on we remember what is still ours.
      tracked.applied = { ...applied, fields: judgement.fields, projection: judgement.projection };
      tracked.live = { kind: "in-sync" };
      return;
    case "in-sync":
    case "terminating":
      tracked.live = judgement;
  }
}

function observeGone(tracked: Tracked): void {
  if (!tracked.applied && tracked.failure) return; // somebody else's: our label-limited watch never has it
  tracked.live = { kind: tracked.finished ? "finished-and-gone" : "missing" };
  tracked.leftover = { kind: "missing" };
  tracked.assessment = tracked.finished ? healthy : missing;
}

/** Takes the answer to an apply: from now on the object is ours, and this is what it should look like. */
export function adopt(application: Application, tracked: Tracked, answer: KubeObject, desired: string): void {
  const outlook = outlookOf(application, tracked);
  tracked.applied = appliedFrom(answer, desired, outlook);
  tracked.owned = true;
  const judgement = judge(tracked.applied, answer, outlook);
  if (judgement.kind !== "old") takeJudgement(tracked, tracked.applied, judgement);
  tracked.failure = undefined;
  see(application, tracked, answer);
}

function see(application: Application, tracked: Tracked, object: KubeObject): void {
  tracked.leftover = leftoverLive(object);
  tracked.assessment = withKnownCause(assess(object, application.userRules), tracked.assessment);
  tracked.createdAt = textOf(object.metadata["creationTimestamp"]) || undefined;
  tracked.finished = isFinishedJob(object);
  tracked.left = fieldsLeft(tracked.wanted?.ignore, object);
  tracked.suspended = (labelOf(object, suspendMark) ?? annotationOf(object, suspendMark)) === "true";
}

function appliedFrom(answer: KubeObject, desired: string, { fieldManager }: Outlook): Applied {
  const fields = ownFieldsOf(answer, fieldManager);
  return {
    uid: uidOf(answer),
    desired,
    fields,
    projection: projectionOf(fields, answer),
    resourceVersion: resourceVersionOf(answer),
  };
}
