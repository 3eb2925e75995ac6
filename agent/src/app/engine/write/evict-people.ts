import { DroverError, toDroverError } from "@drover/kit";
import { evictPeople, withoutUnknownPast } from "../../../domain/drift/evict.ts";
import { fieldsLeft, ignoredPlaces } from "../../../domain/drift/ignore.ts";
import { managedFieldsOf, resourceVersionOf, uidOf } from "../../../domain/manifest-fields.ts";
import type { KubeObject } from "../../kube.ts";
import type { EngineContext } from "../context.ts";
import { isOtherUid, withUid } from "./same-uid.ts";
import type { Writing } from "./writing.ts";

/** What people added counts as ours first, so that a second apply takes away what git does not have. */
export async function evictFrom(object: Writing, answer: KubeObject, context: EngineContext): Promise<KubeObject> {
  const { kube, ref, fieldManager } = object;
  const manifest = withUid(object.manifest, uidOf(answer));
  if (!(await evict(object, answer, context))) return answer;
  try {
    return await kube.apply(ref, manifest, { fieldManager, force: true }, context.signal);
  } catch (thrown) {
    return giveBack(object, answer, toDroverError(thrown), context);
  }
}

/**
 * Applies, and once more after an eviction where the server refuses: a container or port that somebody renamed stands beside ours,
 * and both together are no valid object.
 */
export async function applyOnceEvicted(apply: () => Promise<KubeObject>, object: Writing, context: EngineContext): Promise<KubeObject> {
  try {
    return await apply();
  } catch (thrown) {
    const { code, details } = toDroverError(thrown);
    const isRefused = code === "KUBE_INVALID" || code === "KUBE_IMMUTABLE" || (code === "KUBE_UNAVAILABLE" && details["status"] === 500);
    const live = isRefused ? await object.kube.get(object.ref, context.signal) : undefined;
    if (!live || !(await evict(object, live, context))) throw thrown;
    return apply();
  }
}

async function evict({ kube, ref, ignore, fieldManager, policy }: Writing, live: KubeObject, { signal }: EngineContext): Promise<boolean> {
  if (policy.drift.people !== "evict") return false;
  const evicted = evictPeople(live, fieldManager, ignoredPlaces(ignore, live, fieldsLeft(ignore, live)));
  if (evicted) await kube.replaceManagedFields(ref, evicted, resourceVersionOf(live), signal);
  return evicted !== undefined;
}

/**
 * The object cannot be without what they added, such as a field that may not change once it is set: it is theirs as before. What
 * nobody is known to have added need not be anybody's.
 */
async function giveBack(object: Writing, before: KubeObject, refusal: DroverError, { signal }: EngineContext): Promise<KubeObject> {
  const { kube, ref } = object;
  if (isOtherUid(refusal)) throw refusal;
  if (refusal.code !== "KUBE_INVALID" && refusal.code !== "KUBE_IMMUTABLE") throw refusal;
  const live = await kube.get(ref, signal);
  if (!live) throw refusal;
  const known = withoutUnknownPast(before);
  const restored = await kube.replaceManagedFields(ref, known, resourceVersionOf(live), signal);
  if (known.length < managedFieldsOf(before).length) return restored;
  throw new DroverError(refusal.kind, refusal.code, `what people added cannot be taken away: ${refusal.message}`, {
    details: refusal.details,
  });
}
