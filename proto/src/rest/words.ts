import { Type, type Static } from "typebox";
import { digestPattern, healthWords, namePattern, roleWords, syncWords } from "../wire/words.ts";

/** A closed set of PascalCase words. */
const words = <const Words extends string[]>(list: readonly [...Words], description: string) =>
  Type.Enum(list as [...Words], { type: "string", description });

export const Name = Type.String({ pattern: namePattern, description: "lower-case letters, digits and dashes, at most 53" });
export const Id = Type.String({ minLength: 1, maxLength: 128, description: "opaque" });
/** How requests name a cluster. */
export const ClusterRef = Type.String({ minLength: 1, maxLength: 53, description: "id or name" });
export const Digest = Type.String({ pattern: digestPattern });
export const Counter = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
export const Time = Type.String({ format: "date-time", maxLength: 40, description: "RFC 3339, UTC" });
export const Revision = Type.String({ minLength: 1, maxLength: 256, description: "a commit of the application's source" });
export const ReasonText = Type.String({ minLength: 1, maxLength: 1000, description: "why; kept in the audit record and in git" });
export const Labels = Type.Record(Type.String({ maxLength: 317 }), Type.String({ maxLength: 63 }));

export const Health = words(healthWords, "how the objects are; Unknown whenever the cluster is not Connected");
export const Sync = words(syncWords, "whether the objects are those of git");

export const ClusterState = words(
  ["Pending", "Connected", "Stale", "Offline", "Revoked"],
  "Pending: not enrolled yet. Stale after 90 s without a report, Offline after 5 min. Revoked: its identity no longer counts",
);
export type ClusterState = Static<typeof ClusterState>;

export const RolloutPhase = words(
  ["Pending", "Running", "Paused", "Halted", "RollingBack", "Completed", "RolledBack", "Superseded", "Aborted"],
  "waiting for something while Running is a hold, not a phase",
);
export type RolloutPhase = Static<typeof RolloutPhase>;

export const RolloutKind = words(["Rollout", "Rollback"], "Rollback: it brings back what clusters had");

export const RolloutScope = words(["Environment", "Clusters"], "Clusters: only those that a pin names as exceptions");

export const TargetState = words(
  ["Waiting", "Unchanged", "InFlight", "Succeeded", "Failed", "Offline", "Left", "Skipped"],
  "one cluster's part in a rollout",
);
export type TargetState = Static<typeof TargetState>;

export const GateType = words(["Approval", "Prometheus", "Http", "Cel", "Job"], "whom or what a gate asks");
export const GateState = words(["Open", "Passed", "Failed"], "a Failed gate halts its rollout; resuming asks it once more");
export const GateWhen = words(["Before", "After"], "of its wave");
export const GateDecision = words(["Approve", "Reject"], "what somebody said");

export const AssignmentState = words(
  ["Active", "Removing", "Suspended", "Withdrawn"],
  "Withdrawn: nothing asks for it any more; what runs is kept and no longer changed",
);
export type AssignmentState = Static<typeof AssignmentState>;

export const PromotionState = words(
  ["Pending", "Committed", "Failed"],
  "Pending until its commit is in the fleet repository; Failed when it never will be, see `error`",
);
export type PromotionState = Static<typeof PromotionState>;

export const Role = words(
  roleWords,
  "viewer reads; operator also changes what runs and registers clusters; admin also manages tokens and revokes clusters",
);
export type Role = Static<typeof Role>;

/** Why something is as it is. `kind` is for machines, `message` for people; other members are the numbers behind it. */
export const Reason = Type.Unsafe<{ readonly kind: string; readonly message?: string; readonly [fact: string]: unknown }>(
  Type.Object(
    { kind: Type.String({ maxLength: 64 }), message: Type.Optional(Type.String({ maxLength: 1000 })) },
    { $id: "Reason", additionalProperties: Type.Unknown() },
  ),
);
export type Reason = Static<typeof Reason>;

/** Something that git asks for and that cannot be carried out as it stands. */
export const Trouble = Type.Object(
  {
    code: Type.String({ maxLength: 64, description: "stable; see the reference of errors" }),
    message: Type.String({ maxLength: 4000 }),
    details: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  },
  { $id: "Trouble" },
);
export type Trouble = Static<typeof Trouble>;
