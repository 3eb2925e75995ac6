import { toDroverError } from "@drover/kit";
import { wholeObject } from "../../../domain/apply/whole-object.ts";
import type { KubeObject } from "../../kube.ts";
import type { EngineContext } from "../context.ts";
import { applyOnceEvicted, evictFrom } from "./evict-people.ts";
import { recreate } from "./recreate.ts";
import { isOtherUid, withUid } from "./same-uid.ts";
import type { Writing } from "./writing.ts";

/** Writes an object that is ours and has this uid. Throws KUBE_STALE when it is gone, or another by now. */
export async function writeObject(object: Writing, uid: string, context: EngineContext): Promise<KubeObject> {
  const { kube, ref, manifest, fieldManager, options } = object;
  try {
    if (options.replace) await replaceWhole(object, uid, context);
    const apply = (): Promise<KubeObject> => kube.apply(ref, withUid(manifest, uid), { fieldManager, force: true }, context.signal);
    return await evictFrom(object, await applyOnceEvicted(apply, object, context), context);
  } catch (thrown) {
    const error = toDroverError(thrown);
    if (error.code !== "KUBE_IMMUTABLE" || isOtherUid(error) || !options.recreate) throw thrown;
    return recreate(object, uid, error, context);
  }
}

/**
 * `Replace=true`: a PUT takes away whatever git does not have, whoever set it. The apply that follows changes nothing but makes the
 * fields ours, by which drift is told.
 */
async function replaceWhole({ kube, ref, manifest, fieldManager }: Writing, uid: string, { signal }: EngineContext): Promise<void> {
  const live = await kube.get(ref, signal);
  if (live) await kube.replace(ref, wholeObject(withUid(manifest, uid), live) as KubeObject, signal, { fieldManager });
}
