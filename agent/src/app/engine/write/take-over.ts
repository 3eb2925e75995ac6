import { DroverError, memberAt } from "@drover/kit";
import { differences } from "../../../domain/apply/difference.ts";
import { inheritFields, type Legacy, withoutFormerFields } from "../../../domain/apply/former-owners.ts";
import { managersOf } from "../../../domain/apply/meet.ts";
import { fieldsLeft, ignoredPlaces } from "../../../domain/drift/ignore.ts";
import { bothPlaces } from "../../../domain/drift/places.ts";
import { replicas } from "../../../domain/drift/scaled.ts";
import { resourceVersionOf } from "../../../domain/manifest-fields.ts";
import type { KubeObject } from "../../kube.ts";
import type { EngineContext } from "../context.ts";
import { evictFrom } from "./evict-people.ts";
import type { Writing } from "./writing.ts";

/** As many paths of a difference as a message holds. */
const pathsInMessage = 3;

/** IfNoDiff: takes over what is as git says. A conflict names the managers that disagree, and where. */
export async function takeOverUnchanged(object: Writing, live: KubeObject, context: EngineContext): Promise<KubeObject> {
  const paths = differences(live, await previewTakeOver(object, live, false, context.signal), pathsInMessage);
  if (paths.length > 0)
    throw new DroverError(
      "wrong-state",
      "OBJECT_CONFLICT",
      `exists already, written by ${managersOf(live)}, and differs at ${paths.join(", ")}`,
    );
  return takeOver(object, live, context);
}

/**
 * What the object would be, once taken over. Without `force`, throws KUBE_CONFLICT where others own fields that git sets otherwise.
 * What former owners set and git does not have would go as well, so a second dry run says what is left without it: a field that the
 * server would default to the same value is no difference.
 */
export async function previewTakeOver(object: Writing, live: KubeObject, force: boolean, signal: AbortSignal): Promise<KubeObject> {
  const { kube, ref, manifest, fieldManager } = object;
  const answer = await kube.apply(ref, withVersion(manifest, live), { fieldManager, force, dryRun: true }, signal);
  const without = withoutFormerFields(answer, legacyOf(object, live));
  if (!without) return answer;
  const { managedFields: _kept, ...metadata } = without.metadata;
  return kube.replace(ref, { ...without, metadata } as KubeObject, signal, { fieldManager, dryRun: true });
}

/**
 * What former owners had becomes ours first, and then the apply takes away what git does not have. Both hold only for the object as it
 * was looked at, so that nothing can slip in after the comparison.
 */
export async function takeOver(object: Writing, live: KubeObject, context: EngineContext): Promise<KubeObject> {
  const { kube, ref, manifest, fieldManager } = object;
  const inherited = inheritFields(live, fieldManager, legacyOf(object, live));
  const met = inherited ? await kube.replaceManagedFields(ref, inherited, resourceVersionOf(live), context.signal) : live;
  const answer = await kube.apply(ref, withVersion(manifest, met), { fieldManager, force: true }, context.signal);
  return evictFrom(object, answer, context);
}

/** What git leaves to others keeps its owner, and a number of replicas that it does not have its value: dropped, it would become 1. */
function legacyOf({ manifest, ignore, policy }: Writing, live: KubeObject): Legacy {
  const left = ignoredPlaces(ignore, live, fieldsLeft(ignore, live));
  const hasReplicas = memberAt(manifest, "spec", "replicas") !== undefined;
  const kept = ignore?.managers ?? new Set();
  return { people: policy.drift.people, kept, left: hasReplicas ? left : bothPlaces(left, replicas) };
}

const withVersion = (manifest: KubeObject, live: KubeObject): KubeObject => ({
  ...manifest,
  metadata: { ...manifest.metadata, resourceVersion: resourceVersionOf(live) },
});
