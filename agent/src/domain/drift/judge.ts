import type { Applied } from "../inventory.ts";
import { isBeingDeleted, isLaterVersion, managedFieldsOf, resourceVersionOf, textOf, uidOf } from "../manifest-fields.ts";
import type { Manifest } from "../manifest.ts";
import { peopleWhoAdded } from "./evict.ts";
import { ownFieldsOf, projectionOf } from "./projection.ts";

export type People = "evict" | "report" | "keep";

/** How a live object differs from what we applied, and who was there last. */
export type Drift =
  | { readonly kind: "deleted" }
  | { readonly kind: "recreated"; readonly by: string | undefined }
  | { readonly kind: "edited"; readonly by: string | undefined }
  /** Same values, but no longer ours: a later removal in git would not take them away. */
  | { readonly kind: "disowned"; readonly by: string | undefined }
  | { readonly kind: "additions"; readonly by: string | undefined };

export type Judgement =
  | { readonly kind: "in-sync" }
  /** An event from before our last write of the object. */
  | { readonly kind: "old" }
  /** It cannot be put right before its finalizers let it go. */
  | { readonly kind: "terminating" }
  | { readonly kind: "drift"; readonly drift: Drift };

const inSync: Judgement = { kind: "in-sync" };

/** Compares a live object with what our last apply of it left. */
export function judge(applied: Applied, live: Manifest, fieldManager: string, people: People): Judgement {
  if (isLaterVersion(applied.resourceVersion, resourceVersionOf(live))) return { kind: "old" };
  if (applied.resourceVersion === resourceVersionOf(live)) return inSync;
  if (isBeingDeleted(live)) return { kind: "terminating" };
  const by = lastManager(live, fieldManager);
  if (uidOf(live) !== applied.uid) return { kind: "drift", drift: { kind: "recreated", by } };
  if (projectionOf(applied.fields, live) !== applied.projection) return { kind: "drift", drift: { kind: "edited", by } };
  if (people === "keep") return inSync;
  const added = peopleWhoAdded(live);
  if (added.length > 0) return { kind: "drift", drift: { kind: "additions", by: added.join(", ") } };
  if (ownFieldsOf(live, fieldManager) !== applied.fields) return { kind: "drift", drift: { kind: "disowned", by } };
  return inSync;
}

/** Of the managers besides us that wrote the object itself, the one whose entry is youngest. */
function lastManager(live: Manifest, fieldManager: string): string | undefined {
  const others = managedFieldsOf(live).filter(({ manager, ...rest }) => manager !== fieldManager && rest["subresource"] !== "status");
  return others.toSorted((a, b) => textOf(b["time"]).localeCompare(textOf(a["time"])))[0]?.manager;
}
