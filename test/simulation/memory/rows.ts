import type { ClusterId, Instant } from "@drover/kit";
import type { Digest, Health, Sync } from "@drover/proto/wire";
import type { PlaceName, StoredPlacement } from "../../../control-plane/src/app/placement/placement-store.ts";
import type { Queue } from "../../../control-plane/src/app/work-queue.ts";
import type { ClusterState } from "../../../control-plane/src/domain/identity/issue-envelope.ts";
import type { Content } from "../../../control-plane/src/domain/placement/content.ts";
import type { Scope } from "../../../control-plane/src/domain/placement/plan.ts";
import type { ReleaseId } from "../../../control-plane/src/domain/release/release.ts";
import type { HoldSummary } from "../../../control-plane/src/domain/rollout/holds.ts";
import type { GateRun } from "../../../control-plane/src/domain/rollout/gate.ts";
import type { Rollout } from "../../../control-plane/src/domain/rollout/plan.ts";
import type { Phase } from "../../../control-plane/src/domain/rollout/phase.ts";
import type { RolloutStrategy } from "../../../control-plane/src/domain/rollout/strategy.ts";
import type { CurrentAssignment, ObservedStatus, TargetState } from "../../../control-plane/src/domain/rollout/target.ts";

/** The rows that rollouts, ingest and envelopes live on, as far as their ports can tell. Names are those of the schema. */
export interface ClusterRow {
  readonly id: ClusterId;
  readonly name: string;
  readonly state: ClusterState;
  readonly enrolment: number;
  readonly publicKey: string | undefined;
  readonly clusterUid: string;
  /** False until its agent has said what it holds. */
  readonly holdsKnown: boolean;
  readonly createdAt: Instant;
}

export interface PlacementRow extends PlaceName {
  readonly version: number;
  readonly stored: StoredPlacement;
}

export interface BundleRow {
  readonly digest: Digest;
  readonly size: number;
  readonly objects: number;
}

export interface GoalRow extends PlaceName {
  readonly clusterId: ClusterId;
  readonly scope: Scope;
  readonly content: Content;
  readonly rolloutId: string | undefined;
}

export interface AssignmentRow extends PlaceName {
  readonly clusterId: ClusterId;
  readonly state: CurrentAssignment["state"];
  readonly generation: number;
  readonly content: Content;
  readonly rolloutId: string | undefined;
  readonly traceparent: string | undefined;
  readonly assignedAt: Instant;
  readonly acknowledgedAt: Instant | undefined;
  readonly provenAt: Instant | undefined;
}

export interface RolloutRow extends PlaceName {
  readonly id: string;
  readonly scope: Scope;
  readonly changeId: string;
  readonly releaseId: ReleaseId;
  readonly revision: string;
  readonly previousRevision: string | undefined;
  readonly phase: Phase;
  readonly strategy: RolloutStrategy;
  readonly acceptedFailures: number;
  readonly waveSizes: Readonly<Record<number, number>>;
  readonly kind: Rollout["kind"];
  /** The rollout that a rollback takes back. */
  readonly rollsBack: string | undefined;
  readonly skippedWaves: readonly number[];
  readonly holds: readonly HoldSummary[];
  readonly version: number;
  readonly traceparent: string | undefined;
  readonly createdAt: Instant;
  readonly finishedAt: Instant | undefined;
}

export interface QuarantineRow extends PlaceName {
  readonly id: string;
  readonly kind: "Revision" | "Content";
  readonly revision: string;
  readonly contentDigests: readonly Digest[];
  readonly rolloutId: string;
  readonly returnsTo: string;
  readonly reason: string;
  readonly state: "InForce" | "Committed" | "Lifted";
}

export interface TargetRow {
  readonly rolloutId: string;
  readonly clusterId: ClusterId;
  readonly state: TargetState;
  readonly wave: number | undefined;
  readonly generation: number | undefined;
  readonly retried: boolean;
  /** What the cluster had as the rollout began. */
  readonly previous: Content | undefined;
  readonly wasDegraded: boolean;
  readonly wasRefused: boolean;
  readonly dispatchedAt: Instant | undefined;
  readonly acknowledgedAt: Instant | undefined;
  readonly succeededAt: Instant | undefined;
}

export interface GateRunRow extends GateRun {
  readonly rolloutId: string;
}

/** One step of a rollout, or of one of its targets; `clusterId` is empty for the rollout itself. */
export interface TransitionRow {
  readonly rolloutId: string;
  readonly step: number;
  readonly clusterId: string;
  readonly event: string;
  readonly from: string;
  readonly to: string;
  readonly actor: string;
}

export interface EnvelopeRow {
  readonly clusterId: ClusterId;
  readonly epoch: number;
  readonly sequence: number;
  readonly publishedEpoch: number;
  readonly publishedSequence: number;
  readonly issuedAt: Instant;
  readonly leaseUntil: Instant;
}

export interface ClusterReportRow {
  readonly clusterId: ClusterId;
  readonly enrolment: number;
  readonly leaseTransitions: number | undefined;
  readonly boot: number;
  readonly seq: number;
  readonly digest: Digest;
  readonly eventSeq: number;
  readonly maintenance: boolean;
  readonly seenAt: Instant;
}

export interface StatusRow {
  readonly clusterId: ClusterId;
  readonly application: string;
  readonly generation: number;
  readonly bundle: Digest;
  readonly sync: Sync;
  readonly health: Health;
  readonly reason: string | undefined;
  /** Whatever else it said. */
  readonly wording: string;
  readonly heldHash: Digest | undefined;
  readonly degradedSince: Instant | undefined;
  readonly lastDegradedAt: Instant | undefined;
  readonly refusal: ObservedStatus["refusal"];
  readonly reportedAt: Instant;
}

export interface WorkRow {
  readonly queue: Queue;
  readonly key: string;
  readonly dueAt: Instant | undefined;
  readonly asked: number;
  readonly attempts: number;
  readonly leaseUntil: Instant;
  readonly leaseEpoch: number;
}
