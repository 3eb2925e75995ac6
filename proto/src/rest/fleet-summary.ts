import { Type, type Static } from "typebox";
import { HealthCounts } from "./cluster.ts";
import { Counter, Name } from "./words.ts";

const SyncCounts = Type.Object({ Synced: Counter, OutOfSync: Counter, Unknown: Counter }, { $id: "SyncCounts" });

/** Applications on clusters, as last reported. All Unknown where the cluster is not Connected. */
const statusCounts = {
  health: HealthCounts,
  sync: SyncCounts,
  driftedObjects: Type.Integer({ minimum: 0, description: "that differ from git, as last reported" }),
};

export const EnvironmentSummary = Type.Object(
  {
    name: Name,
    clusters: Type.Integer({ minimum: 0, description: "on which an application of it was reported" }),
    connected: Type.Integer({ minimum: 0, description: "of those" }),
    ...statusCounts,
  },
  { $id: "EnvironmentSummary" },
);
export type EnvironmentSummary = Static<typeof EnvironmentSummary>;

export const VersionCount = Type.Object(
  {
    version: Type.String(),
    clusters: Type.Integer({ minimum: 0, description: "that said so in their last report, revoked ones left out" }),
  },
  { $id: "VersionCount" },
);
export type VersionCount = Static<typeof VersionCount>;

/** The fleet in numbers. Statuses that no environment wants any more count in the totals alone. */
export const FleetSummary = Type.Object(
  {
    at: Type.String({ format: "date-time", description: "when it was counted; at most a second ago" }),
    clusters: Type.Object({
      total: Counter,
      states: Type.Object({ Pending: Counter, Connected: Counter, Stale: Counter, Offline: Counter, Revoked: Counter }),
      maintenance: Type.Integer({ minimum: 0, description: "whose agents somebody paused" }),
      drifted: Type.Integer({ minimum: 0, description: "with objects that differ from git" }),
    }),
    ...statusCounts,
    environments: Type.Array(EnvironmentSummary, { description: "by name" }),
    agentVersions: Type.Array(VersionCount, { description: "the most frequent first, at most 50" }),
    kubernetesVersions: Type.Array(VersionCount, { description: "the most frequent first, at most 50" }),
    rollouts: Type.Object({ Pending: Counter, Running: Counter, Paused: Counter, Halted: Counter, RollingBack: Counter }),
  },
  { $id: "FleetSummary" },
);
export type FleetSummary = Static<typeof FleetSummary>;
