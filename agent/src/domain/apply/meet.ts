import { annotationOf, isBeingDeleted, labelOf, managedFieldsOf } from "../manifest-fields.ts";
import type { Manifest } from "../manifest.ts";
import { applicationAnnotation, fieldManagerOf, ownerLabel } from "../owner.ts";

export type WhenToTakeOver = "Always" | "IfNoDiff" | "Never";

/** What to do about an object that is there although our last apply did not make it. */
export type Meeting =
  /** It carries our owner label, or only we have ever written it: made by us before a crash or a lost inventory. */
  | { readonly kind: "ours" }
  | { readonly kind: "take" }
  /** Ours only if taking it over would change nothing; a dry run tells. */
  | { readonly kind: "compare" }
  /** Nothing can be done before its finalizers let it go. */
  | { readonly kind: "terminating" }
  | { readonly kind: "conflict"; readonly message: string };

export interface Taker {
  /** Value of our owner label. */
  readonly owner: string;
  readonly fieldManager: string;
  readonly policy: WhenToTakeOver;
}

/** What names another owner is never taken, whatever the policy says: that owner would take it back for ever. */
export function meetObject(live: Manifest, { owner, fieldManager, policy }: Taker): Meeting {
  const labelled = labelOf(live, ownerLabel);
  if (labelled !== undefined && labelled !== owner)
    return { kind: "conflict", message: `belongs to application ${annotationOf(live, applicationAnnotation) ?? labelled}` };
  const project = labelled === owner ? undefined : otherProject(live, fieldManager);
  if (project !== undefined) return { kind: "conflict", message: `belongs to an application of project ${project}` };
  if (isBeingDeleted(live)) return { kind: "terminating" };
  if (labelled === owner || isOnlyOurs(live, fieldManager)) return { kind: "ours" };
  switch (policy) {
    case "Always":
      return { kind: "take" };
    case "IfNoDiff":
      return { kind: "compare" };
    case "Never":
      return { kind: "conflict", message: `exists already, written by ${managersOf(live)}; whenToTakeOver is Never` };
  }
}

/** Its label may have been taken off; its fields still say who applies it. */
function otherProject(live: Manifest, fieldManager: string): string | undefined {
  const prefix = fieldManagerOf("");
  const other = managedFieldsOf(live).find(
    ({ manager, operation }) => operation === "Apply" && manager.startsWith(prefix) && manager !== fieldManager,
  );
  return other?.manager.slice(prefix.length);
}

/** As this one the agent makes namespaces (`CreateNamespace=true`); a bundle may describe one later. */
const namespaceMaker = "drover-agent";

function isOnlyOurs(live: Manifest, fieldManager: string): boolean {
  const writers = managedFieldsOf(live).filter((entry) => entry["subresource"] === undefined);
  const isOurs = (manager: string): boolean => manager === fieldManager || (live.kind === "Namespace" && manager === namespaceMaker);
  return writers.length > 0 && writers.every(({ manager }) => isOurs(manager));
}

export const managersOf = (live: Manifest): string =>
  [...new Set(managedFieldsOf(live).map(({ manager }) => manager))].join(", ") || "an unknown manager";
