import { labelOf, textOf } from "../manifest-fields.ts";
import { memberAt } from "@drover/kit";
import { groupOf, type Manifest } from "../manifest.ts";
import { ownerLabel } from "../owner.ts";

/** Whether an object may be deleted so that it can be made anew. */
export type Recreation = { readonly kind: "allowed" } | { readonly kind: "never"; readonly because: string };

/** With these go data or everything in them, whatever anybody asks for. */
const never = new Set(["/PersistentVolumeClaim", "/PersistentVolume", "/Namespace", "apiextensions.k8s.io/CustomResourceDefinition"]);

export function judgeRecreation(live: Manifest, owner: string): Recreation {
  if (labelOf(live, ownerLabel) !== owner) return refuse("it is not ours yet");
  if (never.has(`${groupOf(live.apiVersion)}/${live.kind}`)) return refuse("deleting it would take data along");
  // Claims outlive their StatefulSet unless it says otherwise.
  const claims = memberAt(live, "spec", "persistentVolumeClaimRetentionPolicy", "whenDeleted");
  if (live.kind === "StatefulSet" && textOf(claims) === "Delete") return refuse("its volume claims would be deleted with it");
  return { kind: "allowed" };
}

const refuse = (because: string): Recreation => ({ kind: "never", because });
