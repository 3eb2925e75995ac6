import { parseJson } from "@drover/kit";
import type { Applied } from "../inventory.ts";
import {
  isBeingDeleted,
  isLaterVersion,
  type ManagedFields,
  managedFieldsOf,
  resourceVersionOf,
  textOf,
  uidOf,
} from "../manifest-fields.ts";
import type { Manifest } from "../manifest.ts";
import { additionsOf } from "./evict.ts";
import { differingPaths, fieldPaths } from "./field-paths.ts";
import { type FieldsV1, fieldsFrom, isNothing, mergeFields, minusFields, noFields, parseFields, splitFields } from "./field-set.ts";
import { fieldsLeft, type Ignore, ignoredPlaces } from "./ignore.ts";
import type { Places } from "./places.ts";
import { ownFieldSetOf, ownFieldsOf, projectionOf } from "./projection.ts";

export type People = "evict" | "report" | "keep";

/** How a live object differs from what we applied, who was there last, and at which fields. */
export interface Drift {
  readonly kind:
    | "deleted"
    | "recreated"
    | "edited"
    /** Same values, but no longer ours: a later removal in git would not take them away. */
    | "disowned"
    | "additions";
  readonly by: string | undefined;
  readonly fields: readonly string[];
}

export const deleted: Drift = { kind: "deleted", by: undefined, fields: [] };

export type Judgement =
  | { readonly kind: "in-sync" }
  /** An event from before our last write of the object. */
  | { readonly kind: "old" }
  /** It cannot be put right before its finalizers let it go. */
  | { readonly kind: "terminating" }
  /** Managers to whom fields are left took them: what remains ours is as it was. */
  | { readonly kind: "left"; readonly fields: string; readonly projection: string }
  | { readonly kind: "drift"; readonly drift: Drift };

/** How an object is looked at. */
export interface Outlook {
  readonly fieldManager: string;
  readonly people: People;
  readonly ignore: Ignore | undefined;
  /** The manifest, as canonical JSON, to name fields that nobody took over. */
  readonly wanted: string | undefined;
}

const inSync: Judgement = { kind: "in-sync" };

/** Compares a live object with what our last apply of it left. */
export function judge(applied: Applied, live: Manifest, outlook: Outlook): Judgement {
  const { fieldManager, ignore } = outlook;
  if (isLaterVersion(applied.resourceVersion, resourceVersionOf(live))) return { kind: "old" };
  if (isBeingDeleted(live)) return { kind: "terminating" };
  const ignored = ignoredPlaces(ignore, live, fieldsLeft(ignore, live));
  if (applied.resourceVersion !== resourceVersionOf(live)) {
    if (uidOf(live) !== applied.uid) return drift("recreated", lastManager(live, fieldManager), []);
    const changed = judgeOwn(applied, live, outlook, ignored);
    if (changed) return changed;
  }
  return judgeAdditions(live, outlook, ignored) ?? inSync;
}

/** What people added, as drift: after our own write too, where it is reported and not evicted. */
function judgeAdditions(live: Manifest, { fieldManager, people }: Outlook, ignored: Places): Judgement | undefined {
  if (people === "keep") return undefined;
  const additions = additionsOf(live, ignored);
  if (additions.length === 0) return undefined;
  const all = additions.reduce((merged, { fields }) => mergeFields(merged, fields), noFields);
  const added = minusFields(all, ownFieldSetOf(live, fieldManager));
  // What people hold together with us is no addition, but would outlive its removal from git.
  if (people === "report" && isNothing(added)) return undefined;
  const by = [...new Set(additions.map(({ manager }) => manager))].join(", ");
  return drift("additions", by, fieldPaths(isNothing(added) ? all : added));
}

function judgeOwn(applied: Applied, live: Manifest, { fieldManager, wanted }: Outlook, ignored: Places): Judgement | undefined {
  const remembered = parseFields(applied.fields);
  const own = ownFieldSetOf(live, fieldManager);
  const isSame = projectionOf(applied.fields, live) === applied.projection;
  if (isSame && ownFieldsOf(live, fieldManager) === applied.fields) return undefined;
  const gone = minusFields(remembered, own);
  const taken = splitFields(gone, live, ignored).outside;
  if (!isNothing(gone) && isNothing(taken)) {
    const fields = ownFieldsOf(live, fieldManager);
    return { kind: "left", fields, projection: projectionOf(fields, live) };
  }
  const by = ownerOf(taken, live, fieldManager);
  if (!isSame) {
    const isTold = !isNothing(taken) || wanted === undefined;
    return drift("edited", by, isTold ? fieldPaths(taken) : differingPaths(remembered, parseJson(wanted), live));
  }
  if (!isNothing(taken)) return drift("disowned", by, fieldPaths(taken));
  const halfEvicted = minusFields(own, remembered);
  return isNothing(halfEvicted) ? undefined : drift("additions", lastManager(live, fieldManager), fieldPaths(halfEvicted));
}

const drift = (kind: Drift["kind"], by: string | undefined, fields: readonly string[]): Judgement => ({
  kind: "drift",
  drift: { kind, by, fields },
});

/** Who holds what was taken from us; where nobody does, because it was removed, whoever was there last. */
function ownerOf(taken: FieldsV1, live: Manifest, fieldManager: string): string | undefined {
  const holders = others(live, fieldManager).filter((entry) => !isEqual(minusFields(taken, fieldsFrom(entry["fieldsV1"])), taken));
  return nameOf(youngest(holders)) ?? lastManager(live, fieldManager);
}

const isEqual = (a: FieldsV1, b: FieldsV1): boolean => isNothing(minusFields(a, b)) && isNothing(minusFields(b, a));

/** Of the managers besides us that wrote the object itself, the one whose entry is youngest. */
export const lastManager = (live: Manifest, fieldManager: string): string | undefined => nameOf(youngest(others(live, fieldManager)));

const others = (live: Manifest, fieldManager: string): readonly ManagedFields[] =>
  managedFieldsOf(live).filter(({ manager, ...rest }) => manager !== fieldManager && rest["subresource"] !== "status");

const youngest = (entries: readonly ManagedFields[]): ManagedFields | undefined =>
  entries.toSorted((a, b) => textOf(b["time"]).localeCompare(textOf(a["time"])))[0];

/** `kubectl-edit`, `argocd-controller (Apply)`, `kube-controller-manager (scale)`. */
function nameOf(entry: ManagedFields | undefined): string | undefined {
  if (!entry) return undefined;
  const { manager, operation } = entry;
  const how = textOf(entry["subresource"]) || (operation === "Update" ? "" : operation);
  return how === "" ? manager : `${manager} (${how})`;
}
