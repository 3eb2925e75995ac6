import { namespaceOf } from "../manifest-fields.ts";
import type { Manifest, ObjectId } from "../manifest.ts";

/** The StatefulSet from whose template a claim was made. It is called `TEMPLATE-SET-ORDINAL`, and names no owner unless its set is to take it along. */
export function claimOwner<Id extends ObjectId>(claim: Manifest, candidates: readonly Id[]): Id | undefined {
  if (claim.kind !== "PersistentVolumeClaim" || claim.metadata["ownerReferences"] !== undefined) return undefined;
  const set = /^(.+)-\d+$/.exec(claim.metadata.name)?.[1];
  if (set === undefined) return undefined;
  const fitting = candidates.filter(
    ({ group, kind, namespace, name }) =>
      group === "apps" && kind === "StatefulSet" && namespace === namespaceOf(claim) && set.endsWith(`-${name}`),
  );
  return fitting.toSorted((a, b) => b.name.length - a.name.length)[0]; // `db` fits claims of `my-db` too
}
