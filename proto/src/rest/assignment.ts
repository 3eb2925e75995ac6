import { Type, type Static } from "typebox";
import { ClusterIdText } from "../wire/words.ts";
import { listFields } from "./list-fields.ts";
import { AssignmentState, ClusterState, Counter, Digest, Health, Id, Name, Sync, Time, Trouble } from "./words.ts";

/** What one cluster should run of one application. */
export const Assignment = Type.Object(
  {
    cluster: Name,
    clusterId: ClusterIdText,
    application: Name,
    environment: Name,
    project: Name,
    state: AssignmentState,
    generation: Type.Integer({ minimum: 0, description: "rises with every change of content; compare with =" }),
    releaseId: Id,
    release: Type.String(),
    revision: Type.String(),
    bundle: Digest,
    namespace: Name,
    syncPolicy: Type.Record(Type.String(), Type.Unknown()),
    deletionPolicy: Type.Optional(Type.Enum(["Delete", "Orphan"], { type: "string", description: "with Removing" })),
    rolloutId: Type.Optional(Id),
    assignedAt: Time,
    acknowledgedAt: Type.Optional(Time),
    provenAt: Type.Optional(Type.String({ format: "date-time", description: "first reported Synced and Healthy on this very generation" })),
  },
  { $id: "Assignment" },
);
export type Assignment = Static<typeof Assignment>;

export const assignmentFields = listFields(Assignment, {
  sorted: ["cluster", "application", "assignedAt"],
  filtered: [
    "clusterId",
    "environment",
    "project",
    "state",
    "generation",
    "releaseId",
    "release",
    "revision",
    "bundle",
    "namespace",
    "rolloutId",
    "acknowledgedAt",
    "provenAt",
  ],
});

/** An object that explains why an application is not Synced and Healthy. */
export const FailingObject = Type.Object(
  {
    group: Type.String(),
    kind: Type.String(),
    namespace: Type.Optional(Type.String()),
    name: Type.String(),
    container: Type.Optional(Type.String()),
    reason: Type.String({ description: "one word, such as CrashLoopBackOff" }),
    message: Type.String(),
  },
  { $id: "FailingObject" },
);
export type FailingObject = Static<typeof FailingObject>;

/** What a cluster's agent last said of one application. */
export const ApplicationStatus = Type.Object(
  {
    cluster: Name,
    clusterId: ClusterIdText,
    application: Name,
    environment: Type.Optional(Name),
    clusterState: ClusterState,
    health: Health,
    sync: { ...Sync, description: "OutOfSync as well while what git wants there cannot be carried out" } as typeof Sync,
    reported: Type.Object({ health: Health, sync: Sync }, { description: "the agent's last words, however old" }),
    generation: Counter,
    bundle: Digest,
    revision: Type.Optional(Type.String({ description: "of the bundle reported, when it is the one assigned" })),
    current: Type.Boolean({ description: "it speaks of the generation and bundle assigned now" }),
    reason: Type.Optional(Type.String()),
    message: Type.Optional(Type.String()),
    problem: Type.Optional({ ...Trouble, description: "why what git wants there is not carried out" } as typeof Trouble),
    failing: Type.Array(FailingObject),
    objects: Counter,
    drifted: Counter,
    held: Type.Optional(
      Type.Object({ hash: Digest, objects: Counter }, { description: "deletions that wait for an approval of exactly this list" }),
    ),
    degradedSince: Type.Optional(Time),
    lastDegradedAt: Type.Optional(Time),
    reportedAt: Time,
    changedAt: Time,
  },
  { $id: "ApplicationStatus" },
);
export type ApplicationStatus = Static<typeof ApplicationStatus>;

export const statusFields = listFields(ApplicationStatus, {
  sorted: ["cluster", "application", "reportedAt", "changedAt", "drifted", "objects"],
  filtered: [
    "clusterId",
    "environment",
    "clusterState",
    "health",
    "sync",
    "generation",
    "current",
    "reason",
    "message",
    "degradedSince",
    "lastDegradedAt",
    "held",
  ],
});

/** One application on one cluster: what it should be and what it is. */
export const ClusterApplication = Type.Object(
  { cluster: Name, application: Name, assignment: Assignment, status: Type.Optional(ApplicationStatus) },
  { $id: "ClusterApplication" },
);
export type ClusterApplication = Static<typeof ClusterApplication>;

const { application, environment, project, state, release, revision, namespace } = assignmentFields;
const { health, sync, reason, drifted, changedAt } = statusFields;

/** Of the assignment, and of the status where there is one. */
export const clusterApplicationFields = {
  application,
  environment,
  project,
  state,
  release,
  revision,
  namespace,
  health,
  sync,
  reason,
  drifted: { ...drifted, optional: true },
  changedAt: { ...changedAt, optional: true },
};
