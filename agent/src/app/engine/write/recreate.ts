import { DroverError } from "@drover/kit";
import { judgeRecreation } from "../../../domain/apply/recreation.ts";
import { resourceVersionOf, uidOf } from "../../../domain/manifest-fields.ts";
import type { KubeObject } from "../../kube.ts";
import type { EngineContext } from "../context.ts";
import { createIfAbsent } from "./create-if-absent.ts";
import type { Writing } from "./writing.ts";

/** Finalizers and dependents may take longer; then the object is made again when the watch says that it is gone. */
const goneWithinMs = 20_000;

/**
 * Deletes an object of ours with a field that cannot be changed, and makes it anew: only where `Recreate=true` asks for it. What
 * belongs to it is deleted in the background by the cluster, as with `kubectl delete`.
 */
export async function recreate(object: Writing, uid: string, refusal: DroverError, context: EngineContext): Promise<KubeObject> {
  const { kube, ref, owner } = object;
  const live = await kube.get(ref, context.signal);
  if (live && uidOf(live) === uid) {
    const judgement = judgeRecreation(live, owner);
    if (judgement.kind === "never")
      throw new DroverError("invalid", "KUBE_IMMUTABLE", `${refusal.message}; it is not recreated: ${judgement.because}`, {
        details: { ...refusal.details, because: judgement.because },
      });
    await kube.delete(ref, { uid, resourceVersion: resourceVersionOf(live) }, context.signal);
    await untilGone(object, uid, context);
  }
  const created = await createIfAbsent(object, context);
  if (created) return created;
  throw new DroverError("stale", "KUBE_STALE", "recreate: somebody else made an object of this name meanwhile; it is looked at again");
}

async function untilGone({ kube, ref }: Writing, uid: string, { clock, signal }: EngineContext): Promise<void> {
  const giveUpAt = clock.monotonicMs() + goneWithinMs;
  for (let waitMs = 20; ; waitMs = Math.min(1_000, waitMs * 2)) {
    const live = await kube.get(ref, signal);
    if (!live || uidOf(live) !== uid) return;
    if (clock.monotonicMs() >= giveUpAt)
      throw new DroverError("wrong-state", "OBJECT_TERMINATING", "it is deleted to be made anew, and its finalizers hold it");
    await clock.sleep(waitMs, signal);
  }
}
