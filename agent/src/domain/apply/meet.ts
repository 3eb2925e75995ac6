import { labelOf, managedFieldsOf } from "../manifest-fields.ts";
import type { Manifest } from "../manifest.ts";
import { applicationAnnotation, ownerLabel } from "../owner.ts";
import { annotationOf } from "../manifest-fields.ts";

export type WhenToTakeOver = "Always" | "IfNoDiff" | "Never";

/** What to do about an object that our inventory does not have. */
export type Meeting =
  | { readonly kind: "create" }
  /** It carries our owner label: made by us before a crash or a lost inventory. */
  | { readonly kind: "ours" }
  | { readonly kind: "take" }
  /** Ours only if applying would change nothing; a dry run tells. */
  | { readonly kind: "compare" }
  | { readonly kind: "conflict"; readonly message: string };

/** An object that names another owner is never taken, whatever the policy says: that owner would take it back for ever. */
export function meetObject(live: Manifest | undefined, owner: string, policy: WhenToTakeOver): Meeting {
  if (!live) return { kind: "create" };
  const other = labelOf(live, ownerLabel);
  if (other === owner) return { kind: "ours" };
  if (other !== undefined) return { kind: "conflict", message: `belongs to application ${ownerName(live, other)}` };
  switch (policy) {
    case "Always":
      return { kind: "take" };
    case "IfNoDiff":
      return { kind: "compare" };
    case "Never":
      return { kind: "conflict", message: `exists already, written by ${managersOf(live)}; whenToTakeOver is Never` };
  }
}

const ownerName = (live: Manifest, owner: string): string => annotationOf(live, applicationAnnotation) ?? owner;

export const managersOf = (live: Manifest): string =>
  [...new Set(managedFieldsOf(live).map(({ manager }) => manager))].join(", ") || "an unknown manager";
