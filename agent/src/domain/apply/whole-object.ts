import type { Json } from "@drover/kit";
import { resourceVersionOf } from "../manifest-fields.ts";
import type { Manifest } from "../manifest.ts";

/** What hangs on an object by right of others: taking it off would free what it guards, or orphan it. */
const others = ["finalizers", "ownerReferences"] as const;

/** The manifest as the whole of a live object, for a PUT of just that version of it. */
export function wholeObject(manifest: Manifest, live: Manifest): Manifest {
  const kept = Object.fromEntries(
    others.flatMap((key): [string, Json][] => (live.metadata[key] === undefined ? [] : [[key, live.metadata[key]]])),
  );
  return { ...manifest, metadata: { ...kept, ...manifest.metadata, resourceVersion: resourceVersionOf(live) } };
}
