/** What has proved itself where: the revisions whose rollouts over an environment completed. */
export interface CompletedRevisions {
  /** Newest first, each once. */
  list(application: string, environment: string): Promise<readonly string[]>;
  /** Those of the environments where this revision completed. */
  whereCompleted(application: string, revision: string, environments: readonly string[]): Promise<readonly string[]>;
  /** What a change moved, newest first, each place once; rollbacks are no change. Seven characters of its commit name it too, or several. */
  movedBy(changeId: string): Promise<readonly MovedPlace[]>;
}

/** A place that a change moved: all of it, or clusters by exceptions. */
export interface MovedPlace {
  readonly changeId: string;
  readonly application: string;
  readonly environment: string;
  readonly revision: string;
  /** What had completed there before. */
  readonly previousRevision: string | undefined;
  /** Of exceptions alone: what each cluster had before. */
  readonly clusters: readonly { readonly name: string; readonly previousRevision: string | undefined }[] | undefined;
}
