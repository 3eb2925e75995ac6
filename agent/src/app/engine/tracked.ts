import { deleted, type Drift } from "../../domain/drift/judge.ts";
import { type Fight, type HealHistory, noHeals } from "../../domain/drift/heal-pace.ts";
import type { Ignore } from "../../domain/drift/ignore.ts";
import type { Live } from "../../domain/apply/plan.ts";
import type { Retry } from "../../domain/apply/retry-pace.ts";
import type { Assessment } from "../../domain/health/health.ts";
import type { Applied, InventoryItem } from "../../domain/inventory.ts";
import { keyOf, type ObjectId } from "../../domain/manifest.ts";
import type { LeftoverLive } from "../../domain/prune/leftover.ts";
import type { Failure } from "../../domain/status/application-status.ts";
import type { KubeObject } from "../kube.ts";
import type { OpenEpisode } from "./drift/drift-episodes.ts";

/**
 * One object of one application, as the engine knows it. Texts and fingerprints instead of trees: an agent keeps ten
 * thousand of these. Changed only by work that holds the object's key, or by a watch event while nobody does.
 */
export interface Tracked {
  readonly key: string;
  readonly id: ObjectId;
  version: string;
  /** Undefined once the bundle no longer names it. */
  wanted: Wanted | undefined;
  /** In the inventory, if only as an intention to create it. */
  owned: boolean;
  applied: Applied | undefined;
  live: Live;
  /** The same as far as pruning asks. */
  leftover: LeftoverLive;
  /** It left git, and a person has released its deletion. */
  approved: boolean;
  /** Undefined until it has been seen. */
  assessment: Assessment | undefined;
  failure: Failure | undefined;
  /** Why its kind cannot be watched: whether it is as applied, nobody knows. */
  unwatched: Failure | undefined;
  /** Its failure to be applied, for the pace of attempts. */
  retry: Retry | undefined;
  /** Somebody has put drover.dev/suspend on it. */
  suspended: boolean;
  /** RFC 3339; undefined until it has been seen. */
  createdAt: string | undefined;
  /** A Job that ran to its end; when it is gone, it is not made again. */
  finished: boolean;
  heals: HealHistory;
  /** Drift of it is being put right, or waits for its time. */
  healing: boolean;
  /** From the first sight of drift until the object is right again. */
  episode: OpenEpisode | undefined;
  /** Somebody keeps undoing what we heal. */
  fight: Fight | undefined;
  /** Fields of managers to whom `ignoreDifferences` leaves them, as canonical JSON. */
  left: string;
  /** The last event that came while work was done on the object; judged afterwards. */
  unseen: ObjectEvent | undefined;
}

export interface Wanted {
  /** Canonical JSON of the prepared manifest. */
  readonly text: string;
  readonly desired: string;
  /** What is left to others; it is not in `text` any more, except what managers hold. */
  readonly ignore?: Ignore | undefined;
}

export type ObjectEvent =
  | { readonly kind: "changed"; readonly object: KubeObject }
  | { readonly kind: "deleted"; readonly object: KubeObject }
  /** A new list of the kind does not have it. */
  | { readonly kind: "absent" };

export const createTracked = (id: ObjectId, version: string): Tracked => ({
  key: keyOf(id),
  id,
  version,
  wanted: undefined,
  owned: false,
  applied: undefined,
  live: { kind: "missing" },
  leftover: { kind: "unseen" },
  approved: false,
  assessment: undefined,
  failure: undefined,
  unwatched: undefined,
  retry: undefined,
  createdAt: undefined,
  suspended: false,
  finished: false,
  heals: noHeals,
  healing: false,
  episode: undefined,
  fight: undefined,
  left: "{}",
  unseen: undefined,
});

export const trackedFromInventory = ({ id, version, applied, finished = false, approved = false, episode }: InventoryItem): Tracked => ({
  ...createTracked(id, version),
  owned: true,
  applied,
  finished,
  approved,
  episode: episode && { episode, appliedVersion: applied?.resourceVersion, told: undefined, toldFailure: undefined },
});

export const driftOf = (tracked: Tracked): Drift | undefined => {
  if (!tracked.applied || !tracked.wanted) return undefined;
  if (tracked.live.kind === "drifted") return tracked.live.drift;
  return tracked.live.kind === "missing" ? deleted : undefined;
};
