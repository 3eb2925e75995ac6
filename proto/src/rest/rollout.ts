import { Type, type Static } from "typebox";
import { ClusterIdText } from "../wire/words.ts";
import { listFields } from "./list-fields.ts";
import { ClusterRef, Counter, Id, Name, Reason, ReasonText, RolloutKind, RolloutPhase, RolloutScope, TargetState, Time } from "./words.ts";

export const TargetCounts = Type.Object(
  {
    Waiting: Counter,
    Unchanged: Counter,
    InFlight: Counter,
    Succeeded: Counter,
    Failed: Counter,
    Offline: Counter,
    Left: Counter,
    Skipped: Counter,
  },
  { $id: "TargetCounts" },
);
export type TargetCounts = Static<typeof TargetCounts>;

export const Wave = Type.Object({ index: Counter, name: Type.Optional(Type.String()), targets: TargetCounts }, { $id: "Wave" });
export type Wave = Static<typeof Wave>;

export const Rollout = Type.Object(
  {
    id: Id,
    application: Name,
    environment: Name,
    kind: RolloutKind,
    rollsBack: Type.Optional(Type.String({ description: "id of the rollout that failed and is taken back; a person's rollback has none" })),
    scope: RolloutScope,
    changeId: Type.String({ description: "shared by all rollouts that one commit started" }),
    releaseId: Id,
    release: Type.String({ description: "the release's name, like web-42" }),
    revision: Type.String(),
    previousRevision: Type.Optional(Type.String()),
    phase: RolloutPhase,
    strategy: Type.Record(Type.String(), Type.Unknown(), { description: "frozen when the rollout began" }),
    acceptedFailures: Counter,
    targets: TargetCounts,
    waves: Type.Array(Wave),
    holds: Type.Array(Reason, { description: "why nothing more leaves at present" }),
    actor: Type.String(),
    reason: Type.String(),
    createdAt: Time,
    startedAt: Type.Optional(Time),
    finishedAt: Type.Optional(Time),
    version: Counter,
  },
  { $id: "Rollout" },
);
export type Rollout = Static<typeof Rollout>;

export const rolloutFields = listFields(Rollout, {
  sorted: ["application", "environment", "phase", "kind", "actor", "createdAt", "startedAt", "finishedAt"],
  filtered: ["id", "rollsBack", "scope", "changeId", "releaseId", "release", "revision", "previousRevision", "reason"],
});

export const RolloutTarget = Type.Object(
  {
    rolloutId: Id,
    cluster: Name,
    clusterId: ClusterIdText,
    state: TargetState,
    wave: Type.Optional(Counter),
    generation: Type.Optional(Counter),
    previousRevision: Type.Optional(Type.String()),
    dispatchedAt: Type.Optional(Time),
    acknowledgedAt: Type.Optional(Time),
    succeededAt: Type.Optional(Time),
    failedAt: Type.Optional(Time),
    because: Type.Optional(Reason),
  },
  { $id: "RolloutTarget" },
);
export type RolloutTarget = Static<typeof RolloutTarget>;

export const rolloutTargetFields = listFields(RolloutTarget, {
  sorted: ["cluster", "wave", "dispatchedAt", "succeededAt", "failedAt"],
  filtered: ["clusterId", "state", "generation", "previousRevision", "acknowledgedAt"],
});

/** One recorded step: of the rollout itself when `cluster` is absent, otherwise of that target. */
export const RolloutTransition = Type.Object(
  {
    rolloutId: Id,
    step: Counter,
    cluster: Type.Optional(Name),
    clusterId: Type.Optional(ClusterIdText),
    event: Type.String(),
    from: Type.String(),
    to: Type.String(),
    because: Type.Optional(Reason),
    actor: Type.String(),
    at: Time,
  },
  { $id: "RolloutTransition" },
);
export type RolloutTransition = Static<typeof RolloutTransition>;

export const rolloutTransitionFields = listFields(RolloutTransition, {
  sorted: ["step"],
  filtered: ["at", "cluster", "clusterId", "event", "from", "to", "actor"],
});

export const PauseRollout = Type.Object({ reason: ReasonText }, { $id: "PauseRollout", additionalProperties: false });
export type PauseRollout = Static<typeof PauseRollout>;

export const ResumeRollout = Type.Object(
  {
    reason: ReasonText,
    acceptFailures: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 100_000, description: "failures to go on in spite of; a Halted rollout needs it" }),
    ),
  },
  { $id: "ResumeRollout", additionalProperties: false },
);
export type ResumeRollout = Static<typeof ResumeRollout>;

export const SkipRolloutCluster = Type.Object(
  { reason: ReasonText, cluster: ClusterRef },
  { $id: "SkipRolloutCluster", additionalProperties: false },
);
export type SkipRolloutCluster = Static<typeof SkipRolloutCluster>;

export const SkipRolloutWave = Type.Object({ reason: ReasonText, wave: Name }, { $id: "SkipRolloutWave", additionalProperties: false });
export type SkipRolloutWave = Static<typeof SkipRolloutWave>;

export const RetryRollout = Type.Object(
  { reason: ReasonText, cluster: Type.Optional(ClusterRef) },
  { $id: "RetryRollout", additionalProperties: false },
);
export type RetryRollout = Static<typeof RetryRollout>;

export const AbortRollout = Type.Object({ reason: ReasonText }, { $id: "AbortRollout", additionalProperties: false });
export type AbortRollout = Static<typeof AbortRollout>;
