import type { ObjectId } from "../manifest.ts";

/** An object that the inventory has and the bundle no longer names, as it is now. */
export interface Leftover {
  readonly id: ObjectId;
  /** The uid of the object we applied; undefined when a crash came between deciding to create it and the answer. */
  readonly uid: string | undefined;
  readonly live: LeftoverLive;
}

export type LeftoverLive =
  | { readonly kind: "missing" }
  | {
      readonly kind: "live";
      readonly uid: string;
      readonly owner: string | undefined;
      readonly prune: string | undefined;
      readonly deleting: boolean;
    };

export interface PruneInput {
  readonly owner: string;
  readonly enabled: boolean;
  /** Objects in the bundle that is now in force. */
  readonly wanted: number;
  /** Objects in the inventory, leftovers included. */
  readonly owned: number;
  readonly leftovers: readonly Leftover[];
  /** Every object applied, every list and discovery complete. */
  readonly applied: boolean;
  readonly healthy: boolean;
}

export type PruneDecision =
  | { readonly kind: "delete"; readonly id: ObjectId; readonly uid: string }
  /** Gone already, never made, or another's by its uid or label: the inventory lets go of it. */
  | { readonly kind: "forget"; readonly id: ObjectId }
  /** Being deleted; its finalizers decide when. */
  | { readonly kind: "await"; readonly id: ObjectId }
  /** The policy or the object's own annotation keeps it. */
  | { readonly kind: "keep"; readonly id: ObjectId }
  /** Deleting it would take data or everything within it along: a person has to confirm. */
  | { readonly kind: "hold"; readonly id: ObjectId };

export type PrunePlan =
  | { readonly kind: "go"; readonly decisions: readonly PruneDecision[] }
  | { readonly kind: "wait"; readonly because: "not-applied" | "not-healthy" }
  /** Nothing is deleted until a person confirms. */
  | { readonly kind: "held"; readonly because: HeldReason };

export type HeldReason =
  | { readonly kind: "empty-bundle"; readonly objects: number }
  | { readonly kind: "mass-prune"; readonly objects: number; readonly of: number };

/** More than both of these at once looks like a mistake in git, not like an intention. */
const massPrune = { objects: 20, share: 0.3 } as const;

const dangerous = new Set(["Namespace", "CustomResourceDefinition", "PersistentVolume", "PersistentVolumeClaim", "StatefulSet"]);

/**
 * Decides which objects that left the bundle are deleted. Only an object of the inventory whose live uid is the one we
 * applied and whose label still names us can be; and none at all before the rest is applied and healthy.
 */
export function planPrune(input: PruneInput): PrunePlan {
  const { leftovers, owned, wanted } = input;
  if (leftovers.length === 0) return { kind: "go", decisions: [] };
  if (wanted === 0) return { kind: "held", because: { kind: "empty-bundle", objects: leftovers.length } };
  if (!input.applied) return { kind: "wait", because: "not-applied" };
  const decisions = leftovers.map((leftover) => decide(leftover, input));
  const deletions = decisions.filter(({ kind }) => kind === "delete").length;
  if (deletions > massPrune.objects && deletions > massPrune.share * owned)
    return { kind: "held", because: { kind: "mass-prune", objects: deletions, of: owned } };
  if (deletions > 0 && !input.healthy) return { kind: "wait", because: "not-healthy" };
  return { kind: "go", decisions };
}

function decide({ id, uid, live }: Leftover, { owner, enabled }: PruneInput): PruneDecision {
  if (live.kind === "missing") return { kind: "forget", id };
  // Without a uid from an answer, the label is all we have: the object was made by us or the name was taken meanwhile.
  if (live.owner !== owner || (uid !== undefined && live.uid !== uid)) return { kind: "forget", id };
  if (live.deleting) return { kind: "await", id };
  if (!enabled || live.prune === "disabled") return { kind: "keep", id };
  if (dangerous.has(id.kind)) return { kind: "hold", id };
  return { kind: "delete", id, uid: live.uid };
}
