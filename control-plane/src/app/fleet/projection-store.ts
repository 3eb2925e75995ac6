import type { FleetKind } from "@drover/proto/fleet";
import type { GitCommit } from "../source/git.ts";
import type { Place, SourceRef } from "../../domain/fleet/affected.ts";
import type { ProjectedCommit, ProjectedFile } from "../../domain/fleet/project-commit.ts";
import type { Problem } from "../../domain/release/release.ts";

/** One fleet commit, ready to become the newest. */
export interface Projection {
  readonly commit: GitCommit;
  /** The request that Drover made the commit for, by its trailer. */
  readonly requestId: string | undefined;
  readonly result: ProjectedCommit;
  readonly places: readonly Place[];
  /** Keys of the queue `removal`. */
  readonly removals: readonly string[];
  /** Keys of the queue `promotion`. */
  readonly promotions: readonly string[];
  /** Whether every open rollout has to be looked at again. */
  readonly restrictionsChanged: boolean;
  readonly sources: readonly SourceRef[];
}

export interface ProjectionStore {
  /** The newest projected commit; undefined before the first. */
  head(): Promise<string | undefined>;
  files(): Promise<readonly ProjectedFile[]>;
  /** Of the object's file, whether or not it has a valid form. Rises with every change of it and never repeats. */
  version(kind: FleetKind, name: string): Promise<number | undefined>;
  /**
   * All that one commit changes, in one transaction: objects, clusters, the intent it carries out, audit, events and requests for work.
   * Throws `stale` FLEET_PROJECTED_MEANWHILE when `previous` is not the newest commit any more.
   */
  commit(previous: string | undefined, projection: Projection): Promise<void>;
  /** What is wrong with the fleet repository as a whole. */
  problem(): Promise<Problem | undefined>;
  /** Tells watchers when it is another than before. */
  setProblem(problem: Problem | undefined): Promise<void>;
}
