/** What has proved itself where: the revisions whose rollouts over an environment completed. */
export interface CompletedRevisions {
  /** Newest first, each once. */
  list(application: string, environment: string): Promise<readonly string[]>;
  /** Those of the environments where this revision completed. */
  whereCompleted(application: string, revision: string, environments: readonly string[]): Promise<readonly string[]>;
}
