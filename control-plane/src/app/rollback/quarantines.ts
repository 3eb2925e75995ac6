import type { RolledBack } from "../../domain/fleet/back-up-edits.ts";
import type { QuarantineInForce } from "../../domain/placement/quarantine.ts";
import type { Problem } from "../../domain/release/release.ts";
import type { Caller } from "../access/caller.ts";
import type { Intent } from "../fleet/intent-store.ts";

/** What rows refuse of an application until the fleet repository's file does. PostgreSQL implements this in adapters/pg. */
export interface Quarantines {
  inForce(application: string): Promise<readonly QuarantineInForce[]>;
}

/** A quarantine on its way into git. */
export interface QuarantineToCommit extends RolledBack {
  readonly id: string;
  /** The intent of the last attempt, unless that failed. */
  readonly intentId: string | undefined;
  readonly attempts: number;
}

/** PostgreSQL implements this in adapters/pg. */
export interface QuarantineStore {
  /** Undefined when there is nothing to commit: it is lifted, or in git, or of contents, which git does not name. */
  loadToCommit(id: string): Promise<QuarantineToCommit | undefined>;
  /** The intent and the note of it, in one transaction; not when it was lifted meanwhile. */
  submit(id: string, intent: Intent, caller: Caller): Promise<void>;
  /** Why the last attempt failed. The next one begins anew. */
  failed(id: string, problem: Problem): Promise<void>;
  /** From now on the file refuses. */
  committed(id: string): Promise<void>;
}
