import { assess } from "../../domain/health/assess.ts";
import type { UserRules } from "../../domain/health/user-rules.ts";
import { annotationOf, isBeingDeleted, isLaterVersion, labelOf, resourceVersionOf, uidOf } from "../../domain/manifest-fields.ts";
import { type HookVerdict, hookVerdict } from "../../domain/order/hook-verdict.ts";
import { ownerLabel } from "../../domain/owner.ts";
import type { KubeObject } from "../kube.ts";
import type { Application } from "./application.ts";
import type { ObjectEvent } from "./tracked.ts";

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
  return {
    uid: uidOf(object),
    resourceVersion: resourceVersionOf(object),
    run: annotationOf(object, runAnnotation),
    owner: labelOf(object, ownerLabel),
    verdict: verdictOf(object, userRules),
  };
}

/** What is being deleted may have ended before, or never will. */
function verdictOf(object: KubeObject, rules: UserRules): HookVerdict {
  if (!isBeingDeleted(object)) return hookVerdict(object, assess(object, rules));
  const { deletionTimestamp: _at, ...metadata } = object.metadata;
  const verdict = hookVerdict(object, assess({ ...object, metadata }, rules));
  return verdict.kind === "running" ? { kind: "running", message: "it is being deleted" } : verdict;
}
