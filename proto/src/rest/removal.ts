import { Type, type Static } from "typebox";
import { listFields } from "./list-fields.ts";
import { ClusterState, Counter, Name, ReasonText, Time } from "./words.ts";

const DeletionPolicy = Type.Enum(["Delete", "Orphan"], {
  type: "string",
  description: "Delete: agents delete the objects. Orphan: the objects stay, as nobody's",
});

export const RemoveApplication = Type.Object(
  {
    environment: Type.Optional(Name),
    deletionPolicy: DeletionPolicy,
    reason: ReasonText,
  },
  { $id: "RemoveApplication", additionalProperties: false, description: "from one environment, or everywhere when none is named" },
);
export type RemoveApplication = Static<typeof RemoveApplication>;

export const RemoveCluster = Type.Object(
  { deletionPolicy: DeletionPolicy, reason: ReasonText },
  { $id: "RemoveCluster", additionalProperties: false },
);
export type RemoveCluster = Static<typeof RemoveCluster>;

/** An entry of the fleet repository's `removals/`. It is there until every agent has done it. */
export const Removal = Type.Object(
  {
    id: Type.String({ description: "<application>@<environment>, or the cluster's name" }),
    kind: Type.Enum(["Application", "Cluster"], { type: "string" }),
    application: Type.Optional(Name),
    environment: Type.Optional(Name),
    cluster: Type.Optional(Name),
    deletionPolicy: DeletionPolicy,
    reason: Type.Optional(Type.String()),
    commit: Type.String(),
    createdAt: Time,
    waiting: Counter,
    waitingFor: Type.Array(
      Type.Object({
        cluster: Name,
        application: Name,
        clusterState: ClusterState,
        lastSeenAt: Type.Optional(Time),
        reason: Type.Optional(Type.String({ description: "the agent's own word, such as Removing or PruneHeld" })),
        message: Type.Optional(Type.String()),
      }),
      { description: "up to twenty of those that have not done it, by name" },
    ),
  },
  { $id: "Removal" },
);
export type Removal = Static<typeof Removal>;

export const removalFields = listFields(Removal, {
  sorted: ["createdAt"],
  filtered: ["id", "kind", "application", "environment", "cluster", "deletionPolicy", "reason", "commit", "waiting"],
});
