import { assess } from "../../../domain/health/assess.ts";
import { type Assessment, withKnownCause } from "../../../domain/health/health.ts";
import type { UserRules } from "../../../domain/health/user-rules.ts";
import { annotationOf, isBeingDeleted, isLaterVersion, labelOf, resourceVersionOf, uidOf } from "../../../domain/manifest-fields.ts";
import { type HookVerdict, hookVerdict } from "../../../domain/order/hook-verdict.ts";
import { ownerLabel } from "../../../domain/owner.ts";
import type { KubeObject } from "../../kube.ts";
import type { Application } from "../application.ts";
import type { Inspected } from "../watch/pod-inspector.ts";
import type { ObjectEvent } from "../tracked.ts";

/** On the object of every hook: of which sync, attempt and phase it is. */
export const runAnnotation = "drover.dev/hook-run";

/** What we last saw of a hook's object. */
export type HookLive = { readonly kind: "gone"; readonly last?: HookSeen } | (HookSeen & { readonly kind: "live" });

interface HookSeen {
  readonly uid: string;
  readonly resourceVersion: string;
  /** What `runAnnotation` says. */
  readonly run: string | undefined;
  readonly owner: string | undefined;
  readonly verdict: HookVerdict;
  readonly assessment: Assessment;
}

/** What the pods of a hook that runs are asked for. Undefined for one that is not in the target. */
export function hookInspected({ target, hooks, hookPods }: Application, key: string): Inspected | undefined {
  const id = target?.hooks.get(key)?.id;
  if (!id) return undefined;
  const live = hooks.get(key);
  const inspected = hookPods.get(key) ?? { key: `hook ${key}`, id, assessment: undefined };
  hookPods.set(key, inspected);
  const assessment = live?.kind === "live" ? live.assessment : undefined;
  inspected.assessment = assessment && withKnownCause(assessment, inspected.assessment);
  return inspected;
}

/** Takes in what a watch says of a hook's object. */
export function receiveHook(application: Application, key: string, event: ObjectEvent): void {
  const { hooks } = application;
  const before = hooks.get(key);
  if (event.kind === "absent") {
    if (before?.kind === "live") hooks.set(key, { kind: "gone", last: before });
    return;
  }
  const seen = seenHook(application, event.object);
  if (before?.kind === "live" && isLaterVersion(before.resourceVersion, seen.resourceVersion)) return;
  hooks.set(key, event.kind === "deleted" ? { kind: "gone", last: seen } : { kind: "live", ...seen });
}

export const liveHook = (application: Application, object: KubeObject): HookLive => ({ kind: "live", ...seenHook(application, object) });

function seenHook({ userRules }: Application, object: KubeObject): HookSeen {
  const assessment = assess(object, userRules);
  return {
    assessment,
    uid: uidOf(object),
    resourceVersion: resourceVersionOf(object),
    run: annotationOf(object, runAnnotation),
    owner: labelOf(object, ownerLabel),
    verdict: isBeingDeleted(object) ? lastVerdict(object, userRules) : hookVerdict(object, assessment),
  };
}

/** What is being deleted may have ended before, or never will. */
function lastVerdict(object: KubeObject, rules: UserRules): HookVerdict {
  const { deletionTimestamp: _at, ...metadata } = object.metadata;
  const verdict = hookVerdict(object, assess({ ...object, metadata }, rules));
  return verdict.kind === "running" ? { kind: "running", message: "it is being deleted" } : verdict;
}
