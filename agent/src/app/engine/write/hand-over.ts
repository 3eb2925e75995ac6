import { labelOf, resourceVersionOf } from "../../../domain/manifest-fields.ts";
import { ownerLabel, ownerOf } from "../../../domain/owner.ts";
import { inheritFromProjects } from "../../../domain/prune/hand-over.ts";
import type { KubeObject } from "../../kube.ts";
import type { EngineContext } from "../context.ts";
import { isInForce, wants } from "../delete/other-applications.ts";
import { hasReadBundle } from "../bundle/read-bundle.ts";
import { takeOver } from "./take-over.ts";
import type { Writing } from "./writing.ts";

/**
 * Whether an object still names an application of this cluster that has let go of it: git has moved it. An application that
 * is not told of any more keeps what it has; one that was removed has left its label on what it could not reach.
 */
export function isHandedOver(live: KubeObject, key: string, object: Writing, context: EngineContext): boolean {
  const label = labelOf(live, ownerLabel);
  if (label === undefined || label === object.owner || !isOfThisCluster(label, context)) return false;
  const former = [...context.applications()].find(({ name }) => ownerOf(name, context.clusterId) === label);
  if (!former) return true;
  if (former.objects.has(key)) return false;
  // Until its bundle is read it may want the object, whatever its inventory says.
  return !isInForce(former) || (hasReadBundle(former) && !wants(former, key));
}

const isOfThisCluster = (label: string, { clusterId }: EngineContext): boolean => label.endsWith(ownerOf("", clusterId));

/** Takes it with all its fields, whichever project's agent had set them. */
export async function takeHandedOver(object: Writing, live: KubeObject, context: EngineContext): Promise<KubeObject> {
  const { kube, ref, fieldManager } = object;
  const inherited = inheritFromProjects(live, fieldManager);
  const met = inherited ? await kube.replaceManagedFields(ref, inherited, resourceVersionOf(live), context.signal) : live;
  return takeOver(object, met, context);
}
