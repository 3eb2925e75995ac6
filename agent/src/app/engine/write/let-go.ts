import { letGoOf } from "../../../domain/drift/evict.ts";
import { fieldsLeft, ignoredPlaces } from "../../../domain/drift/ignore.ts";
import { bothPlaces, nowhere } from "../../../domain/drift/places.ts";
import { dropsReplicas, replicas } from "../../../domain/drift/scaled.ts";
import type { Applied } from "../../../domain/inventory.ts";
import { resourceVersionOf } from "../../../domain/manifest-fields.ts";
import type { EngineContext } from "../context.ts";
import type { Writing } from "./writing.ts";

/**
 * Before a changed manifest is applied: fields that we own and leave to others from now on stay as they are. Server-side apply
 * takes away what its only owner no longer sends, and a Deployment without replicas would fall to one.
 */
export async function letGo(object: Writing, applied: Applied, { signal }: EngineContext): Promise<void> {
  const { kube, ref, manifest, ignore, fieldManager } = object;
  const drops = dropsReplicas(applied.fields, manifest);
  if (!ignore && !drops) return;
  const live = await kube.get(ref, signal);
  if (!live) return;
  const left = bothPlaces(ignoredPlaces(ignore, live, fieldsLeft(ignore, live)), drops ? replicas : nowhere);
  const entries = letGoOf(live, fieldManager, left);
  if (entries) await kube.replaceManagedFields(ref, entries, resourceVersionOf(live), signal);
}
