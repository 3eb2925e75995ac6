import type { HookPhase } from "./hook.ts";

/** One hook of one sync. */
export interface HookRun {
  readonly phase: HookPhase;
  /** Of its object. */
  readonly key: string;
  /** Of exactly the object that was made for this run. */
  readonly uid: string;
  readonly outcome: "running" | "succeeded" | "failed";
}

/** How far the sync of one bundle is. It outlives the process, so that no hook of it runs twice and none is left out. */
export interface SyncRecord {
  /** Digest of the bundle. */
  readonly bundle: string;
  /** Raised when a failed sync is tried again. */
  readonly attempt: number;
  /** The last bundle of which every object was applied. */
  readonly inForce?: string;
  /** All its hooks have run. */
  readonly complete?: true;
  readonly failed?: FailedHook;
  readonly runs: readonly HookRun[];
}

export interface FailedHook {
  /** The assignment under which it failed: a later one is a reason to try again. */
  readonly generation: number;
  readonly phase: HookPhase;
  /** Of its object. */
  readonly key: string;
  readonly message: string;
  /** The last lines of its log. */
  readonly log: string;
}

/** The record under which this assignment is synced: the stored one goes on, unless it is of another bundle or has failed before. */
export function resumeSync(stored: SyncRecord | undefined, bundle: string, generation: number): SyncRecord {
  const inForce = stored?.inForce === undefined ? {} : { inForce: stored.inForce };
  if (stored?.bundle !== bundle) return { bundle, attempt: 1, ...inForce, runs: [] };
  if (stored.failed && stored.failed.generation !== generation) return tryAgain(stored);
  return stored;
}

/** Every hook runs again: what a failed one left half done is for the first ones to put right. */
export const tryAgain = ({ bundle, attempt, inForce }: SyncRecord): SyncRecord => ({
  bundle,
  attempt: attempt + 1,
  ...(inForce === undefined ? {} : { inForce }),
  runs: [],
});

export const withRun = (record: SyncRecord, run: HookRun): SyncRecord => ({
  ...record,
  runs: [...record.runs.filter(({ phase, key }) => phase !== run.phase || key !== run.key), run],
});

/** What a hook's object carries, to tell the object of this run from what an earlier one left. */
export const runMarkOf = ({ bundle, attempt }: Pick<SyncRecord, "bundle" | "attempt">, phase: HookPhase): string =>
  `${bundle.slice("sha256:".length, "sha256:".length + 12)}.${attempt}.${phase}`;
