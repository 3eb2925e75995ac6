import type { Json } from "@drover/kit";
import { resourceVersionOf } from "../manifest-fields.ts";
import type { Manifest } from "../manifest.ts";

/**
 * The manifest as the whole of a live object, for a PUT of just that version of it. What hangs on the object by right of others
 * stays: taking it off would free what it guards, or orphan it.
 */
export function wholeObject(manifest: Manifest, live: Manifest): Manifest {
  const { ownerReferences } = live.metadata;
  const finalizers = [...new Set([...listOf(manifest.metadata["finalizers"]), ...listOf(live.metadata["finalizers"])])];
  return {
    ...manifest,
    metadata: {
      ...(ownerReferences === undefined ? {} : { ownerReferences }),
      ...manifest.metadata,
      ...(finalizers.length > 0 ? { finalizers } : {}),
      resourceVersion: resourceVersionOf(live),
    },
  };
}

const listOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);
