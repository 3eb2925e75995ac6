import { type ClusterId, instant } from "@drover/kit";
import type { ApplicationStatus, Digest } from "@drover/proto/wire";
import type { Standings } from "../../control-plane/src/app/agents/answer-sync.ts";
import type { Caller } from "../../control-plane/src/app/access/caller.ts";
import type { RolloutControl } from "../../control-plane/src/app/rollout/control-rollout.ts";
import type { AcceptedReport, ReportStore } from "../../control-plane/src/app/agents/ingest-reports.ts";
import type { PlacementStore } from "../../control-plane/src/app/placement/placement-store.ts";
import type { EnvelopeOutbox } from "../../control-plane/src/app/agents/publish-envelopes.ts";
import type { Quarantines } from "../../control-plane/src/app/rollback/quarantines.ts";
import type { RolloutStore } from "../../control-plane/src/app/rollout/reconcile-rollout.ts";
import type { WorkQueue } from "../../control-plane/src/app/work-queue.ts";
import { type Content, contentOf } from "../../control-plane/src/domain/placement/content.ts";
import type { NewRollout, PlacementPlan } from "../../control-plane/src/domain/placement/plan.ts";
import type { ReleaseId } from "../../control-plane/src/domain/release/release.ts";
import type { RolloutStrategy } from "../../control-plane/src/domain/rollout/strategy.ts";

/** One implementation of everything that rollouts are kept in. */
export interface RolloutPorts {
  readonly placements: PlacementStore;
  readonly rollouts: RolloutStore;
  readonly control: RolloutControl;
  readonly reports: ReportStore;
  readonly standings: Standings;
  readonly outbox: EnvelopeOutbox;
  readonly quarantines: Quarantines;
  readonly work: WorkQueue;
  /** An enrolled cluster of the fleet repository that has reported nothing. */
  addCluster(name: string): Promise<ClusterId>;
  addRelease(revision: string, bundle: Digest): Promise<ReleaseId>;
  close(): Promise<void>;
}

export type OpenPorts = () => Promise<RolloutPorts>;

export const place = { application: "web", environment: "production" } as const;
export const caller = { actor: "user/ada", requestId: "contract" } as Caller;

const emptyPlan: PlacementPlan = {
  starts: [],
  ends: [],
  joins: [],
  directs: [],
  newcomers: [],
  adopts: [],
  renames: [],
  leavers: [],
};

export async function releaseOf(ports: RolloutPorts, revision: string): Promise<Content> {
  const bundle = `sha256:${Buffer.from(revision.padEnd(32, "-")).toString("hex")}` as Digest;
  const id = await ports.addRelease(revision, bundle);
  return contentOf({ source: { repository: "https://git.example/web" } }, undefined, { id, revision }, bundle);
}

interface Begin {
  readonly id: string;
  readonly content: Content;
  readonly clusters: readonly ClusterId[];
  readonly strategy: RolloutStrategy;
  readonly supersedes?: string;
}

/** Begins a rollout as the placement reconciler does. */
export async function begin(ports: RolloutPorts, { id, content, clusters, strategy, supersedes }: Begin): Promise<void> {
  const targets = clusters.map((clusterId) => ({ clusterId, scope: "Environment" as const, content }));
  const start: NewRollout = { scope: "Environment", supersedes, targets, strangers: 0 };
  await commitPlan(ports, { starts: [start] }, [id], strategy);
}

export async function commitPlan(
  ports: RolloutPorts,
  plan: Partial<PlacementPlan>,
  rolloutIds: readonly string[],
  strategy: RolloutStrategy,
): Promise<void> {
  const snapshot = await ports.placements.load(place);
  await ports.placements.commit(snapshot, {
    plan: { ...emptyPlan, ...plan },
    placement: { ...snapshot.stored, problem: undefined },
    strategy,
    cause: { kind: "Rollout", changeId: "change", actor: "user/ada", reason: "because", traceparent: undefined },
    rolloutIds,
    newcomers: new Map(),
  });
}

export const statusOf = (content: Content, generation: number, over: Partial<ApplicationStatus> = {}): ApplicationStatus => ({
  application: place.application,
  generation,
  bundle: content.bundle,
  sync: "Synced",
  health: "Healthy",
  failing: [],
  objects: 1,
  drifted: 0,
  observedAt: new Date(instant(0)).toISOString(),
  ...over,
});

export const reportOf = (
  cluster: ClusterId,
  seq: number,
  applications: ApplicationStatus[] = [],
  over: { readonly boot?: number; readonly maintenance?: boolean } = {},
): AcceptedReport => ({
  report: {
    cluster,
    enrolment: 1,
    boot: 1,
    seq,
    agentVersion: "0.1.0",
    kubernetesVersion: "v1.36.3",
    epoch: 1,
    sequence: 1,
    applications,
    events: [],
    ...over,
  },
  digest: `sha256:${String(seq).padStart(64, "0")}` as Digest,
  eventSeq: 0,
});
