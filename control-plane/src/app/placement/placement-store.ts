import type { ClusterId } from "@drover/kit";
import type { Digest } from "@drover/proto/wire";
import type { Content } from "../../domain/placement/content.ts";
import type { ClusterHold } from "../../domain/placement/members.ts";
import type { PlacementPlan, Scope, StoredGoal } from "../../domain/placement/plan.ts";
import type { Problem, Release, ReleaseId } from "../../domain/release/release.ts";
import type { RolloutStrategy } from "../../domain/rollout/strategy.ts";

/** One application in one environment. */
export interface PlaceName {
  readonly application: string;
  readonly environment: string;
}

/** What a cluster has of the application because of this environment. */
export interface StoredAssignment {
  readonly digest: Digest;
  readonly state: "active" | "removing" | "suspended" | "withdrawn";
}

/** What the last look came to. */
export interface StoredPlacement {
  readonly revision: string | undefined;
  readonly releaseId: ReleaseId | undefined;
  readonly problem: Problem | undefined;
  readonly held: readonly ClusterHold[];
  /** Other environments that want the application on clusters of this one. */
  readonly rivals: readonly string[];
}

/** The problem of a place that the emergency stop keeps from giving clusters anything. Releasing the stop has it looked at again. */
export const fleetStopped = "FLEET_STOPPED";

/** A place as one look at the database found it. */
export interface PlacementSnapshot extends PlaceName {
  /** 0 before the first look. */
  readonly version: number;
  readonly stored: StoredPlacement;
  readonly goals: ReadonlyMap<ClusterId, StoredGoal>;
  readonly assignments: ReadonlyMap<ClusterId, StoredAssignment>;
  /** Clusters of which a goal or an assignment of this place holds at least one object. */
  readonly filled: ReadonlySet<ClusterId>;
  readonly active: Readonly<Partial<Record<Scope, string>>>;
  /** Whether the environment's active rollout began Paused, because its clusters held what this database knew nothing of. */
  readonly recovering: boolean;
  /** What clusters hold of the application that was given to them by a database that is gone. */
  readonly recollected: ReadonlyMap<ClusterId, Digest | "">;
  /** The environment's last completed rollout. */
  readonly completed: { readonly releaseId: ReleaseId; readonly revision: string } | undefined;
  readonly enrolled: ReadonlySet<ClusterId>;
  /** How many applications other than this one each cluster has; clusters without any are left out. */
  readonly applicationsOn: ReadonlyMap<ClusterId, number>;
  /** By the emergency stop. */
  readonly isStopped: boolean;
}

/** Who or what made git want something else. */
export interface Cause {
  /** Going back is done by the rollback's rules: in reverse, and without waiting. */
  readonly kind: "Rollout" | "Rollback";
  /** A fleet commit, or the source commit that a tracked branch moved to. Rollouts with one cause share it. */
  readonly changeId: string;
  readonly actor: string;
  readonly reason: string;
  readonly traceparent: string | undefined;
}

export interface PlacementChange {
  readonly plan: PlacementPlan;
  readonly placement: StoredPlacement;
  readonly strategy: RolloutStrategy;
  readonly cause: Cause;
  /** Ids for the plan's new rollouts, in their order. */
  readonly rolloutIds: readonly string[];
  /** What each of the plan's newcomers gets first. */
  readonly newcomers: ReadonlyMap<ClusterId, Content>;
}

/** PostgreSQL implements this in adapters/pg. Both writes throw `stale` PLACEMENT_CHANGED when somebody else was faster. */
export interface PlacementStore {
  load(place: PlaceName): Promise<PlacementSnapshot>;
  loadRelease(id: ReleaseId): Promise<Release>;
  /** The newest commit of a source's ref as last fetched; undefined before the first fetch. */
  loadHead(
    repository: string,
    ref: string,
  ): Promise<{ readonly commit: string | undefined; readonly problem: Problem | undefined } | undefined>;
  /** Who made a fleet commit, on whose behalf. */
  loadCause(commit: string): Promise<Cause>;
  commit(snapshot: PlacementSnapshot, change: PlacementChange): Promise<void>;
  /** Nothing moves; `placement.problem` says why. */
  commitProblem(snapshot: PlacementSnapshot, placement: StoredPlacement): Promise<void>;
}
