import { Type, type Static } from "typebox";
import { Values } from "../fleet/schemas.ts";
import { ClusterSpec } from "./fleet-edit.ts";
import { ClusterIdText } from "../wire/words.ts";
import { listFields } from "./list-fields.ts";
import { ClusterState, Counter, Id, Labels, Name, Time, Trouble } from "./words.ts";

/** How many of a cluster's applications are in each health. All Unknown while the cluster is not Connected. */
export const HealthCounts = Type.Object(
  {
    Healthy: Counter,
    Progressing: Counter,
    Degraded: Counter,
    Suspended: Counter,
    Missing: Counter,
    Unknown: Counter,
  },
  { $id: "HealthCounts" },
);
export type HealthCounts = Static<typeof HealthCounts>;

export const Cluster = Type.Object(
  {
    id: ClusterIdText,
    name: Name,
    project: Name,
    labels: Labels,
    state: ClusterState,
    environments: Type.Array(Name, { description: "whose selectors match the labels" }),
    applications: HealthCounts,
    maintenance: Type.Optional(
      Type.Literal(true, { description: "somebody paused its agent there: it reports, and changes nothing until that is taken back" }),
    ),
    lastSeenAt: Type.Optional(Time),
    agentVersion: Type.Optional(Type.String()),
    kubernetesVersion: Type.Optional(Type.String()),
    createdAt: Type.Optional(Time),
    revokedAt: Type.Optional(Time),
    problem: Type.Optional(Trouble),
    spec: Type.Optional({
      ...ClusterSpec,
      description: "its file in the fleet repository; where one cluster is asked for",
    } as typeof ClusterSpec),
    version: Type.Optional({ ...Counter, description: "of its file; where one cluster is asked for" } as typeof Counter),
  },
  { $id: "Cluster" },
);
export type Cluster = Static<typeof Cluster>;

export const clusterFields = listFields(Cluster, {
  sorted: ["name", "project", "state", "lastSeenAt", "agentVersion", "kubernetesVersion", "createdAt"],
  filtered: ["id", "environments", "maintenance", "revokedAt", "problem"],
});

/** Registers a cluster: a file in the fleet repository. It enrols with a token of `createEnrolmentToken`. */
export const NewCluster = Type.Object(
  {
    name: Name,
    project: Type.Optional(Name),
    labels: Type.Optional(Labels),
    values: Type.Optional(Values),
    reason: Type.Optional(Type.String({ minLength: 1, maxLength: 1000 })),
  },
  { $id: "NewCluster", additionalProperties: false },
);
export type NewCluster = Static<typeof NewCluster>;

/** All of the labels, as they are to be. Environments may gain and lose the cluster by it. */
export const ClusterLabels = Type.Object(
  { labels: Labels, reason: Type.String({ minLength: 1, maxLength: 1000 }) },
  { $id: "ClusterLabels", additionalProperties: false },
);
export type ClusterLabels = Static<typeof ClusterLabels>;

export const NewEnrolmentToken = Type.Object(
  { ttl: Type.Optional(Type.String({ maxLength: 16, description: "how long it may be used, like 15m or 24h; 1h when absent" })) },
  { $id: "NewEnrolmentToken", additionalProperties: false },
);
export type NewEnrolmentToken = Static<typeof NewEnrolmentToken>;

export const EnrolmentToken = Type.Object(
  {
    id: Id,
    cluster: Name,
    clusterId: ClusterIdText,
    token: Type.String({ description: "shown here and never again; good for one enrolment" }),
    createdAt: Time,
    expiresAt: Time,
  },
  { $id: "EnrolmentToken" },
);
export type EnrolmentToken = Static<typeof EnrolmentToken>;

export const Revocation = Type.Object(
  { reason: Type.String({ minLength: 1, maxLength: 1000 }) },
  { $id: "Revocation", additionalProperties: false },
);
export type Revocation = Static<typeof Revocation>;
