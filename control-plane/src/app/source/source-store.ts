import type { Place, SourceRef } from "../../domain/fleet/affected.ts";
import type { Problem } from "../../domain/release/release.ts";

export interface SourceState {
  /** Where the ref pointed when it was last followed. */
  readonly commit: string | undefined;
  readonly problem: Problem | undefined;
}

export interface SourceStore {
  load(source: SourceRef): Promise<SourceState | undefined>;
  list(): Promise<readonly SourceRef[]>;
  /** The ref points to `commit`: moves the head unless it is there already, and asks for a look at these places in any case. */
  advance(source: SourceRef, commit: string, places: readonly Place[]): Promise<void>;
  /** The head stays where it is, and why. While there is none yet, asks for a look at these places: it is what holds them. */
  setProblem(source: SourceRef, problem: Problem, places: readonly Place[]): Promise<void>;
  /** For a ref that no application is read from any more. */
  remove(source: SourceRef): Promise<void>;
}
