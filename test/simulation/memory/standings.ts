import { type ClusterId, later } from "@drover/kit";
import { type Assignment, type Digest, type Envelope, isNewer } from "@drover/proto/wire";
import type { Standings } from "../../../control-plane/src/app/agents/answer-sync.ts";
import type { EnvelopeOutbox } from "../../../control-plane/src/app/agents/publish-envelopes.ts";
import type { IssuedAssignment, Standing } from "../../../control-plane/src/domain/identity/issue-envelope.ts";
import { planTakeOver, type TakeOver } from "../../../control-plane/src/domain/identity/take-over.ts";
import { isActive } from "../../../control-plane/src/domain/rollout/phase.ts";
import type { ReleaseId } from "../../../control-plane/src/domain/release/release.ts";
import type { MemoryDatabase } from "./database.ts";
import type { AssignmentRow, ClusterRow, EnvelopeRow } from "./rows.ts";
import { askFor } from "./work-queue.ts";

export const createMemoryStandings = (database: MemoryDatabase): Standings => ({
  load: async (cluster) => standingOf(database, cluster),
  takeOver: async (cluster, held) => database.transaction(() => takeOver(database, cluster, held)),
  holdsNothing: async (cluster) => database.transaction(() => void learnHolds(database, cluster)),
});

const leaseMs = 5_000;

export const createMemoryEnvelopeOutbox = (database: MemoryDatabase): EnvelopeOutbox => ({
  claim: async (limit) =>
    database.transaction(() => {
      const { envelopes, clusters, now } = database;
      const behind = [...envelopes.all()]
        .filter((row) => isBehind(row) && row.leaseUntil < now() && isReady(clusters.get(row.clusterId)))
        .toSorted((a, b) => (a.clusterId < b.clusterId ? -1 : 1))
        .slice(0, limit);
      for (const row of behind) envelopes.put(row.clusterId, { ...row, leaseUntil: later(now(), leaseMs) });
      return behind.map(({ clusterId }) => standingOf(database, clusterId)).filter((standing) => standing !== undefined);
    }),
  published: async (sent) =>
    database.transaction(() => {
      for (const { cluster, epoch, sequence } of sent) {
        const row = database.envelopes.get(cluster);
        if (row === undefined || isNewer({ epoch: row.publishedEpoch, sequence: row.publishedSequence }, { epoch, sequence })) continue;
        const leaseUntil = later(database.now(), Number.NEGATIVE_INFINITY);
        database.envelopes.put(cluster, { ...row, publishedEpoch: epoch, publishedSequence: sequence, leaseUntil });
      }
    }),
});

const isReady = (cluster: ClusterRow | undefined): boolean => cluster?.state === "Enrolled" && cluster.holdsKnown;

const isBehind = ({ epoch, sequence, publishedEpoch, publishedSequence }: EnvelopeRow): boolean =>
  publishedSequence < sequence || publishedEpoch < epoch;

function standingOf({ clusters, envelopes, assignments, bundles, now }: MemoryDatabase, cluster: ClusterId): Standing | undefined {
  const row = clusters.get(cluster);
  if (row === undefined) return undefined;
  const envelope = envelopes.get(cluster);
  const assigned = assignments.of(cluster).filter(({ state }) => state !== "withdrawn");
  const newest = assigned.toSorted((a, b) => b.assignedAt - a.assignedAt || (a.application < b.application ? -1 : 1))[0];
  return {
    cluster,
    state: row.state,
    clusterUid: row.clusterUid,
    holdsKnown: row.holdsKnown,
    epoch: envelope?.epoch ?? 1,
    sequence: envelope?.sequence ?? 0,
    issuedAt: envelope?.issuedAt ?? row.createdAt,
    serverTime: now(),
    assignments: assigned
      .toSorted((a, b) => (a.application < b.application ? -1 : 1))
      .map((one) => issuedOf(one, bundles.get(one.content.bundle)?.size ?? 0)),
    newest: newest?.application,
    jobs: [],
  };
}

const issuedOf = (row: AssignmentRow, size: number): IssuedAssignment => ({
  application: row.application,
  environment: row.environment,
  project: row.content.project,
  generation: row.generation,
  revision: row.content.revision,
  state: row.state === "withdrawn" ? "active" : row.state,
  bundle: { sha256: row.content.bundle, size, gzipBytes: 0 },
  namespace: row.content.namespace,
  syncPolicy: row.content.syncPolicy,
  ...(row.traceparent === undefined ? {} : { traceparent: row.traceparent }),
});

/** Whether this is the first that we hear of what the cluster holds; from now on it can be given something. */
function learnHolds(database: MemoryDatabase, cluster: ClusterId): boolean {
  const row = database.clusters.get(cluster);
  if (row === undefined || row.holdsKnown) return false;
  database.clusters.put(cluster, { ...row, holdsKnown: true });
  askFor(
    database,
    "placement",
    [...database.placements.all()].map(({ application, environment }) => `${application} ${environment}`),
  );
  return true;
}

/** Continues from an envelope that we signed and have forgotten. */
function takeOver(database: MemoryDatabase, cluster: ClusterId, held: Envelope): void {
  const { envelopes, assignments, now } = database;
  const isFirst = learnHolds(database, cluster);
  const none = { clusterId: cluster, epoch: 1, sequence: 0, publishedEpoch: 1, publishedSequence: 0, issuedAt: now(), leaseUntil: now() };
  const ours: EnvelopeRow = envelopes.get(cluster) ?? none;
  if (isNewer(ours, held) && !isFirst) return;
  const own = assignments.of(cluster).map((row) => ({ ...row, ...row.content, deletionPolicy: undefined }));
  const steps = planTakeOver(own, held, (assignment) => !isFirst && isKnown(database, assignment));
  for (const step of steps) apply(database, cluster, step);
  const rewording = !isNewer(held, ours) && steps.length === 0;
  envelopes.put(cluster, {
    ...ours,
    epoch: rewording ? ours.epoch : Math.max(held.epoch, ours.epoch) + 1,
    sequence: ours.sequence + 1,
    issuedAt: now(),
  });
  if (rewording) return;
  askFor(
    database,
    "placement",
    assignments.of(cluster).map(({ application, environment }) => `${application} ${environment}`),
  );
}

const isKnown = ({ bundles, releases }: MemoryDatabase, { application, revision, bundle }: Assignment): boolean =>
  bundles.get(bundle.sha256) !== undefined &&
  [...releases.all()].some((release) => release.application === application && release.revision === revision);

function apply(database: MemoryDatabase, cluster: ClusterId, step: TakeOver): void {
  if (step.kind === "recollect") throw new Error("recollections are not modelled: no database is dropped here");
  if (step.kind === "adopt") return adopt(database, cluster, step.held);
  const { application, generation } = step;
  const key = `${cluster} ${application}`;
  const row = database.assignments.get(key);
  if (row === undefined) return;
  if (step.kind === "renumber") renumberTargets(database, row, generation);
  const kept = row.generation === generation ? row : { acknowledgedAt: undefined, provenAt: undefined };
  const { acknowledgedAt, provenAt } = kept;
  const state = step.kind === "withhold" ? "withdrawn" : row.state;
  database.assignments.put(key, { ...row, generation, state, acknowledgedAt, provenAt });
}

function renumberTargets({ rollouts, targets }: MemoryDatabase, row: AssignmentRow, generation: number): void {
  for (const { id, application, phase } of rollouts.all()) {
    const target = targets.get(`${id} ${row.clusterId}`);
    if (application !== row.application || !isActive(phase) || target?.generation !== row.generation) continue;
    targets.put(`${id} ${row.clusterId}`, { ...target, generation });
  }
}

/** The digest of its content is that of any row with the same content; without one the next placement simply assigns it anew. */
function adopt(database: MemoryDatabase, clusterId: ClusterId, held: Assignment): void {
  const { application, environment, project, namespace, syncPolicy, revision, generation, state } = held;
  const bundle = held.bundle.sha256 as Digest;
  const release = [...database.releases.all()].find((one) => one.application === application && one.revision === revision);
  const alike = [...database.goals.all(), ...database.assignments.all()].find(
    (row) => row.application === application && row.environment === environment && row.content.bundle === bundle,
  );
  const content = { releaseId: release?.id ?? ("" as ReleaseId), revision, bundle, namespace, project, syncPolicy };
  database.assignments.put(`${clusterId} ${application}`, {
    clusterId,
    application,
    environment,
    state,
    generation,
    content: { ...content, digest: alike?.content.digest ?? ("adopted" as Digest) },
    rolloutId: undefined,
    traceparent: held.traceparent,
    assignedAt: database.now(),
    acknowledgedAt: undefined,
    provenAt: undefined,
  });
}
