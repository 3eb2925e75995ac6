import { type DroverError, toDroverError } from "@drover/kit";
import { type KubeObject, onlyIfAbsent } from "../../kube.ts";
import type { EngineContext } from "../context.ts";
import type { Writing } from "./writing.ts";

/** Undefined when something of that name is there already, which stays as it is. One request either way. */
export async function createIfAbsent(
  { kube, ref, manifest, fieldManager }: Writing,
  { signal, terminating }: Pick<EngineContext, "signal" | "terminating">,
): Promise<KubeObject | undefined> {
  const anew = { ...manifest, metadata: { ...manifest.metadata, resourceVersion: onlyIfAbsent } };
  try {
    return await kube.apply(ref, anew, { fieldManager, force: true }, signal);
  } catch (thrown) {
    const error = toDroverError(thrown);
    if (error.code === "KUBE_STALE" || isAboutTheVersion(error)) return undefined;
    return terminating.rethrow(error, ref.namespace);
  }
}

/** An API server of somebody's own may not want a version where nothing is: then whoever asked has to look first. */
const isAboutTheVersion = ({ code, message }: DroverError): boolean => code === "KUBE_INVALID" && message.includes("resourceVersion");
