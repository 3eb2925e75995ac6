import type { ObjectId } from "../manifest.ts";
import { type Leftover, type LeftoverLive, permissionOf, type Purpose } from "./leftover.ts";

export interface DeletionInput {
  readonly purpose: Purpose;
  readonly owner: string;
  /** `syncPolicy.prune`; a removal is always enabled. */
  readonly enabled: boolean;
  /** Options of the application; annotations of an object win over them. */
  readonly syncOptions: readonly string[];
  /** Objects in the bundle that is now in force. */
  readonly wanted: number;
  /** Objects in the inventory, leftovers included. */
  readonly owned: number;
  readonly leftovers: readonly Leftover[];
  readonly others: Others;
  /** Whether the CustomResourceDefinition of this name defines the object's kind. */
  readonly defines: (definition: string, id: ObjectId) => boolean;
  /** Whether a person has released exactly this list. */
  readonly isApproved: (list: readonly ObjectId[]) => boolean;
  /** What still has to be done before anything may be deleted. */
  readonly before: Wait | undefined;
}

/** Everything else in this cluster that we know of: the rest of the application, and the other applications. */
export interface Others {
  /** Whether another application's bundle has the object: git has moved it there. */
  readonly want: (key: string) => boolean;
  /** Of objects that are wanted, whatever group and kind they were applied as. */
  readonly uids: ReadonlySet<string>;
  /** In which they have objects. */
  readonly namespaces: ReadonlySet<string>;
  /** Whether they have an object of a kind that the CustomResourceDefinition of this name defines. */
  readonly use: (definition: string) => boolean;
}

export type Wait =
  /** A list, a discovery or the apply of an object failed. */
  | { readonly kind: "not-applied" }
  /** Another application may want what would be deleted; its bundle could not be read yet. */
  | { readonly kind: "unread-bundle"; readonly application: string }
  | { readonly kind: "not-healthy" };

export interface DeletionPlan {
  /** Gone already, never made, another's by its uid or label, or moved: the inventory lets go of them, whatever else waits. */
  readonly letGo: readonly LetGo[];
  /** Policy, annotations or what lies in a namespace keep them. */
  readonly kept: readonly Kept[];
  /** Being deleted; their finalizers decide when. */
  readonly leaving: readonly Leftover[];
  readonly next: NextStep;
}

export type NextStep =
  | { readonly kind: "nothing" }
  | { readonly kind: "wait"; readonly for: Wait; readonly objects: number }
  /** Nothing of the list is deleted until a person releases exactly this list. */
  | { readonly kind: "held"; readonly because: HeldReason; readonly list: readonly ObjectId[] }
  /** `approved` are those of the deletions that a person has just released; that has to be remembered first. */
  | { readonly kind: "delete"; readonly deletions: readonly Leftover[]; readonly approved: readonly Leftover[] };

export interface LetGo {
  readonly leftover: Leftover;
  readonly because: "gone" | "foreign" | "moved" | "renamed";
}

export interface Kept {
  readonly leftover: Leftover;
  readonly because: "protected" | "namespace-in-use" | "definition-in-use";
}

export type HeldReason =
  | { readonly kind: "empty-bundle"; readonly objects: number }
  | { readonly kind: "mass-prune"; readonly objects: number; readonly of: number }
  /** These take data or everything within along, or ask for a confirmation themselves. */
  | { readonly kind: "confirm"; readonly objects: readonly ObjectId[] };

/** More than both of these at once looks like a mistake in git, not like an intention. */
const massPrune = { objects: 20, share: 0.3 } as const;

/** Whoever removes an application has meant its workloads, but maybe not the data and the kinds of others. */
const dangerous: Readonly<Record<Purpose, ReadonlySet<string>>> = {
  prune: new Set(["Namespace", "CustomResourceDefinition", "PersistentVolume", "PersistentVolumeClaim", "StatefulSet"]),
  removal: new Set(["Namespace", "CustomResourceDefinition", "PersistentVolume", "PersistentVolumeClaim"]),
};

type Fate = LetGo["because"] | Kept["because"] | "unseen" | "leaving" | "confirm" | "delete";

/**
 * Decides which objects of the inventory are deleted. Only one whose live uid is the one we applied and whose label still
 * names us can be. What belongs together goes together: when one object of a list needs a person's approval, all wait.
 */
export function planDeletion(input: DeletionInput): DeletionPlan {
  const fates = new Map(input.leftovers.map((leftover) => [leftover, fateOf(leftover, input)] as const));
  keepDefinitionsInUse(fates, input);
  keepNamespacesInUse(fates, input);
  const having = (...wanted: readonly Fate[]): readonly Leftover[] =>
    input.leftovers.filter((leftover) => wanted.includes(fates.get(leftover)!));
  return {
    letGo: having("gone", "foreign", "moved", "renamed").map((leftover) => ({
      leftover,
      because: fates.get(leftover) as LetGo["because"],
    })),
    kept: having("protected", "namespace-in-use", "definition-in-use").map((leftover) => ({
      leftover,
      because: fates.get(leftover) as Kept["because"],
    })),
    leaving: having("leaving"),
    next: nextStep({ unseen: having("unseen"), deletions: having("delete", "confirm"), delicate: having("confirm") }, input),
  };
}

function fateOf(leftover: Leftover, input: DeletionInput): Fate {
  const { key, id, uid, live, suspended } = leftover;
  if (live.kind === "unseen") return "unseen";
  if (live.kind === "missing") return "gone";
  // Without a uid from an answer, the label is all we have: the object was made by us or the name was taken meanwhile.
  if (live.owner !== input.owner || (uid !== undefined && live.uid !== uid)) return "foreign";
  if (input.others.want(key)) return "moved";
  if (input.others.uids.has(live.uid)) return "renamed";
  if (live.deleting) return "leaving";
  const permission = permissionOf(live, input.purpose, input.syncOptions);
  if (suspended || !input.enabled || permission === "false") return "protected";
  return permission === "confirm" || dangerous[input.purpose].has(id.kind) ? "confirm" : "delete";
}

const stays = (fate: Fate): boolean => fate === "protected" || fate === "moved" || fate === "renamed";

/** A definition takes every object of its kind along, so it stays while any of ours does. */
function keepDefinitionsInUse(fates: Map<Leftover, Fate>, { others, defines }: DeletionInput): void {
  for (const [leftover, fate] of fates) {
    const { kind, name } = leftover.id;
    if (fate !== "confirm" || kind !== "CustomResourceDefinition") continue;
    const isUsed = others.use(name) || [...fates].some(([{ id }, other]) => stays(other) && defines(name, id));
    if (isUsed) fates.set(leftover, "definition-in-use");
  }
}

/** A namespace takes everything within along, so it stays while anything of ours in it does. */
function keepNamespacesInUse(fates: Map<Leftover, Fate>, { others }: DeletionInput): void {
  const used = new Set(others.namespaces);
  for (const [{ id }, fate] of fates) if (stays(fate)) used.add(id.namespace ?? "");
  for (const [leftover, fate] of fates) {
    const { group, kind, name } = leftover.id;
    const goes = fate === "confirm" || fate === "delete";
    if (goes && group === "" && kind === "Namespace" && used.has(name)) fates.set(leftover, "namespace-in-use");
  }
}

interface Judged {
  readonly unseen: readonly Leftover[];
  readonly deletions: readonly Leftover[];
  /** Those of the deletions that need a person's approval by themselves. */
  readonly delicate: readonly Leftover[];
}

function nextStep({ unseen, deletions, delicate }: Judged, input: DeletionInput): NextStep {
  const objects = unseen.length + deletions.length;
  if (objects === 0) return { kind: "nothing" };
  if (unseen.length > 0) return { kind: "wait", for: { kind: "not-applied" }, objects };
  if (input.before && input.before.kind !== "not-healthy") return { kind: "wait", for: input.before, objects };
  const open = deletions.filter(({ approved }) => !approved);
  const list = open.map(({ id }) => id);
  const because = reasonToHold(
    open,
    delicate.filter(({ approved }) => !approved),
    input,
  );
  if (because && !input.isApproved(list)) return { kind: "held", because, list };
  if (input.before) return { kind: "wait", for: input.before, objects };
  return { kind: "delete", deletions, approved: because ? open : [] };
}

function reasonToHold(open: readonly Leftover[], delicate: readonly Leftover[], input: DeletionInput): HeldReason | undefined {
  const objects = open.length;
  if (input.purpose === "prune" && objects > 0) {
    if (input.wanted === 0) return { kind: "empty-bundle", objects };
    if (objects > massPrune.objects && objects > massPrune.share * input.owned) return { kind: "mass-prune", objects, of: input.owned };
  }
  return delicate.length > 0 ? { kind: "confirm", objects: delicate.map(({ id }) => id) } : undefined;
}

/** Whether an object that was looked at again is the one that was judged, so that it may still be deleted. */
export const isStillToGo = ({ live: judged }: Leftover, live: LeftoverLive): boolean =>
  judged.kind === "live" &&
  live.kind === "live" &&
  live.uid === judged.uid &&
  live.owner === judged.owner &&
  live.deleting === undefined &&
  JSON.stringify(live.annotations) === JSON.stringify(judged.annotations);
