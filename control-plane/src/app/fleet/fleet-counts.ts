/** Numbers of this moment for whoever looks after the installation. */
export interface FleetCounts {
  /** Clusters by state. */
  readonly clusters: Readonly<Record<string, number>>;
  /** Rollouts that have not ended, by phase. */
  readonly rollouts: Readonly<Record<string, number>>;
  /** Applications on clusters, by the health last reported. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly driftedObjects: number;
  /** Seconds that the oldest due key of each queue has waited. */
  readonly waiting: Readonly<Record<string, number>>;
}
