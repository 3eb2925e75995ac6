import type { ClusterId } from "@drover/kit";
import type { ApplicationRemoval } from "@drover/proto/fleet";

export type DeletionPolicy = ApplicationRemoval["deletionPolicy"];

/** What one cluster has of an application that is to be removed there. */
export interface RemovalTarget {
  readonly clusterId: ClusterId;
  readonly application: string;
  readonly clusterState: "Pending" | "Enrolled" | "Revoked";
  readonly state: "active" | "removing" | "suspended" | "withdrawn";
  /** With `removing`. */
  readonly deletionPolicy: DeletionPolicy | undefined;
  /** Git places it there still, or again, as far as the placement has looked. */
  readonly isWanted: boolean;
  /** The agent has said that it is done, of this very generation. */
  readonly isRemoved: boolean;
}

export interface RemovalPlan {
  /** To be told to remove it. */
  readonly remove: readonly RemovalTarget[];
  /** Those that did: they are told nothing more. */
  readonly done: readonly RemovalTarget[];
  /** Those that keep what they have after all: the removal was taken back, or nobody is there to carry it out. */
  readonly release: readonly RemovalTarget[];
  /** Nothing is left to wait for. */
  readonly isOver: boolean;
}

/**
 * What is to happen because of one entry under `removals/`; `policy` is undefined once the entry is gone. Everybody is told at once, and nobody
 * is told anything while the fleet is stopped.
 */
export function planRemoval(
  policy: DeletionPolicy | undefined,
  targets: readonly RemovalTarget[],
  { isStopped }: { readonly isStopped: boolean },
): RemovalPlan {
  if (policy === undefined) return { remove: [], done: [], release: targets.filter(({ state }) => state === "removing"), isOver: false };
  const steps = Map.groupBy(targets, (target) => stepOf(target, policy));
  const of = (step: Step): readonly RemovalTarget[] => steps.get(step) ?? [];
  return {
    remove: isStopped ? [] : of("remove"),
    done: of("done"),
    release: of("release"),
    isOver: of("wait").length === 0 && of("remove").length === 0,
  };
}

type Step = "remove" | "wait" | "done" | "release";

function stepOf({ clusterState, state, deletionPolicy, isWanted, isRemoved }: RemovalTarget, policy: DeletionPolicy): Step {
  // The placement has not looked yet, or somebody placed it anew, which wins.
  if (isWanted) return "wait";
  if (clusterState !== "Enrolled") return "release";
  if (state !== "removing" || deletionPolicy !== policy) return "remove";
  return isRemoved ? "done" : "wait";
}
