import { type ClusterId, DroverError, type Instant, matchesSelector } from "@drover/kit";
import type { PreviewCluster, PreviewRollout, PreviewedRollout as ShownRollout, RolloutPreview } from "@drover/proto/rest";
import type { NewRollout, PlacementPlan } from "../../domain/placement/plan.ts";
import { intentOf } from "../../domain/placement/intent.ts";
import { describeHold } from "../../domain/rollout/describe.ts";
import { previewRollout, type PreviewedRollout } from "../../domain/rollout/preview.ts";
import { resolveStrategy } from "../../domain/rollout/strategy.ts";
import type { Target } from "../../domain/rollout/target.ts";
import { restrictAt, type RestrictionFacts } from "../../domain/window/restrict.ts";
import type { CompletedRevisions } from "./completed-revisions.ts";
import type { DesiredRender } from "../placement/desired-content.ts";
import type { FleetStore } from "../fleet/fleet-store.ts";
import { loadPlaceForms, type PlacedForms } from "../fleet/place-forms.ts";
import type { PlaceName, PlacementSnapshot, PlacementStore } from "../placement/placement-store.ts";
import { problemOf } from "../placement/placement-problem.ts";
import { planWish, type Wish, wishOf } from "../placement/placement-wish.ts";
import { type CurrentContent, groupChanges, type GroupedChanges } from "./preview-changes.ts";
import type { Quarantines } from "../rollback/quarantines.ts";
import type { Releases } from "../release/releases.ts";

/** A cluster as a rollout that began now would find it. Its goal is for the preview to say. */
export interface PreviewTarget {
  readonly target: Target;
  readonly current: CurrentContent | undefined;
}

/** PostgreSQL implements this in adapters/pg. */
export interface PreviewStore {
  load(
    place: PlaceName,
    clusterIds: readonly ClusterId[],
  ): Promise<{ readonly targets: readonly PreviewTarget[]; readonly restrictedBy: RestrictionFacts }>;
}

interface PreviewDeps {
  readonly fleet: FleetStore;
  readonly placements: Pick<PlacementStore, "load" | "loadHead">;
  readonly quarantines: Quarantines;
  readonly store: PreviewStore;
  readonly completed: CompletedRevisions;
  /** Made anew for each preview, which changes nothing. */
  readonly newReleases: () => Releases;
  readonly clock: { now(): Instant };
}

export type Preview = (request: PreviewRollout, signal: AbortSignal) => Promise<RolloutPreview>;

/** What would happen if this were what git asks for, by the very steps that a commit would set off, up to where they would write. */
export const createPreview =
  (deps: PreviewDeps): Preview =>
  async ({ application, environment, revision }, signal) => {
    const snapshot = await deps.placements.load({ application, environment });
    const refused = await deps.quarantines.inForce(application);
    const forms = asIfPinned(await loadPlaceForms(deps.fleet, application, environment), snapshot, revision);
    const releases = deps.newReleases();
    let wish: Wish;
    try {
      wish = await wishOf({ releases, placements: deps.placements }, snapshot, forms, refused, signal);
    } catch (error) {
      return { application, environment, problem: shownProblem(error), warnings: [], rollouts: [], changes: [], clusters: [] };
    }
    return show(deps, { snapshot, forms, wish, plan: planWish(snapshot, wish) }, releases);
  };

function asIfPinned(
  forms: Awaited<ReturnType<typeof loadPlaceForms>>,
  { application, environment }: PlaceName,
  revision: string | undefined,
): PlacedForms {
  if (forms.kind === "absent") throw notPlaced(application, environment, "the fleet repository has no such application or environment");
  if (revision !== undefined) return { ...forms, pin: { ...forms.pin, revision } };
  const isPlaced = intentOf(application, forms.application.form, forms.environment.form, forms.pin).kind !== "nothing";
  if (isPlaced || forms.pin?.clusters !== undefined) return forms;
  throw notPlaced(application, environment, "nothing is pinned there; name a revision");
}

const notPlaced = (application: string, environment: string, why: string): DroverError =>
  new DroverError("wrong-state", "NOT_PLACED", `preview ${application} in ${environment}: ${why}`);

function shownProblem(error: unknown): NonNullable<RolloutPreview["problem"]> {
  const { code, message, details } = problemOf(error);
  return { code, message, ...(details === undefined ? {} : { details: { ...details } }) };
}

interface Planned {
  readonly snapshot: PlacementSnapshot;
  readonly forms: PlacedForms;
  readonly wish: Wish;
  readonly plan: PlacementPlan;
}

async function show({ store, completed, clock }: PreviewDeps, planned: Planned, releases: Releases): Promise<RolloutPreview> {
  const { snapshot, forms, wish, plan } = planned;
  const now = clock.now();
  const { targets, restrictedBy } = await store.load(
    snapshot,
    wish.desired.map(({ clusterId }) => clusterId),
  );
  const targetOf = new Map(targets.map((one) => [one.target.clusterId, one]));
  const { restrictions, closedClusters } = restrictAt(restrictedBy, now);
  const aim = ({ clusterId, content }: NewRollout["targets"][number]): readonly Target[] => {
    const found = targetOf.get(clusterId);
    const goal = { contentDigest: content.digest, bundle: content.bundle };
    return found === undefined ? [] : [{ ...found.target, goal, window: closedClusters.get(clusterId) }];
  };
  const strategy = resolveStrategy(forms.strategy, wish.desired.length);
  const begun = plan.starts.map((start) => ({
    start,
    preview: previewRollout(strategy, restrictions, start.targets.flatMap(aim), now),
  }));
  // The rollout under way plans by the strategy that it began with; where that was edited since, this says what the next one would do.
  const underWay = begun.length > 0 ? [] : wish.desired.flatMap(aim);
  const { waveOf } = previewRollout(strategy, restrictions, underWay, now);
  const empty = wish.desired.length === 0 ? previewRollout(strategy, restrictions, [], now).warnings : [];
  const warnings = [...empty, ...begun.flatMap(({ preview }) => preview.warnings)].map((warning) => ({ ...warning }));
  const changes = await groupChanges(
    wish.desired.map(({ clusterId, content }) => ({ clusterId, from: targetOf.get(clusterId)?.current, to: content })),
    releases.objects,
  );
  return {
    application: snapshot.application,
    environment: snapshot.environment,
    ...(wish.release === undefined ? {} : { revision: wish.release.revision }),
    warnings: [...warnings, ...(await upstreamWarnings(completed, planned))],
    rollouts: begun.map(({ start, preview }) => shownRollout(start, preview)),
    changes: [...changes.changes],
    clusters: clustersOf(planned, { begun, waveOf }, changes),
  };
}

/** A promotion would be refused, though the files as such would not. */
async function upstreamWarnings(completed: CompletedRevisions, { snapshot, forms, wish }: Planned): Promise<RolloutPreview["warnings"]> {
  const upstream = forms.environment.form.promotesFrom ?? [];
  const revision = wish.release?.revision;
  if (upstream.length === 0 || revision === undefined || revision === snapshot.stored.revision) return [];
  if ((await completed.whereCompleted(snapshot.application, revision, upstream)).length > 0) return [];
  return [
    {
      kind: "NotCompletedUpstream",
      message: `${revision.slice(0, 12)} has not completed in ${upstream.join(" or ")}: a promotion is refused`,
    },
  ];
}

const shownRollout = ({ scope, supersedes }: NewRollout, { waves, holds }: PreviewedRollout): ShownRollout => ({
  scope,
  ...(supersedes === undefined ? {} : { supersedes }),
  waves: waves
    .filter(({ clusters, index }) => clusters > 0 || index < waves.length - 1)
    .map(({ index, wave, clusters, maxConcurrency }) => ({
      index,
      name: wave.name,
      clusters,
      maxConcurrency,
      soakSeconds: Math.round(wave.soakMs / 1000),
      gates: [
        ...wave.gates.before.map(({ name, check }) => ({ when: "Before" as const, name, type: check.kind })),
        ...wave.gates.after.map(({ name, check }) => ({ when: "After" as const, name, type: check.kind })),
      ],
    })),
  // What holds none of them only keeps the rollout from its end, which a plan does not tell of.
  holds: holds
    .filter(({ clusters }) => clusters > 0)
    .map(({ because, clusters }) => ({ kind: because.kind, message: describeHold(because), waitingClusters: clusters })),
});

interface Begun {
  readonly start: NewRollout;
  readonly preview: PreviewedRollout;
}

function clustersOf(
  { forms, wish, plan, snapshot }: Planned,
  { begun, waveOf }: { readonly begun: readonly Begun[]; readonly waveOf: PreviewedRollout["waveOf"] },
  { changeOf }: GroupedChanges,
): PreviewCluster[] {
  const previewOf = new Map(begun.flatMap(({ start, preview }) => start.targets.map(({ clusterId }) => [clusterId, preview] as const)));
  const joins = new Set(plan.joins.map(({ clusterId }) => clusterId));
  const atOnce = new Set(plan.directs.map(({ clusterId }) => clusterId));
  const names = new Map(forms.clusters.map(({ name, form }) => [form.id as ClusterId, name]));

  const wanted = wish.desired.map((desired) => {
    const change = changeOf.get(desired.clusterId);
    const place = {
      cluster: desired.cluster,
      clusterId: desired.clusterId,
      scope: desired.scope,
      ...(change === undefined ? {} : { change }),
    };
    const preview = previewOf.get(desired.clusterId);
    if (preview !== undefined) return { ...place, ...stepOf(desired, preview) };
    if (atOnce.has(desired.clusterId)) return { ...place, effect: "AtOnce" as const };
    // What is to change and begins no rollout is carried by the one that is under way.
    if (!joins.has(desired.clusterId) && change === undefined) return { ...place, effect: "Unchanged" as const };
    const wave = waveOf.get(desired.clusterId);
    return { ...place, effect: "Join" as const, ...(wave === undefined ? {} : { wave }) };
  });
  const held = wish.held.map(({ clusterId, cluster, problem }) => ({
    cluster,
    clusterId,
    effect: "Held" as const,
    because: { kind: problem.code, message: problem.message },
  }));
  const heldIds = new Set(wish.held.map(({ clusterId }) => clusterId));
  const leaving = plan.leavers
    .filter(({ clusterId }) => !heldIds.has(clusterId))
    .map(({ clusterId }) => ({ cluster: names.get(clusterId) ?? clusterId, clusterId, effect: "Leave" as const }));
  const absent = notEnrolled(forms, snapshot).map(({ name, form }) => ({
    cluster: name,
    clusterId: form.id,
    effect: "NotEnrolled" as const,
  }));
  return [...wanted, ...held, ...leaving, ...absent].sort((a, b) => (a.cluster < b.cluster ? -1 : 1));
}

function stepOf(
  { clusterId }: DesiredRender,
  { waveOf, decisions }: PreviewedRollout,
): Pick<PreviewCluster, "effect" | "wave" | "because"> {
  const wave = waveOf.get(clusterId);
  const decision = decisions.get(clusterId);
  if (wave === undefined || decision === undefined) return { effect: "Unchanged", ...(wave === undefined ? {} : { wave }) };
  if (decision.kind === "dispatch") return { effect: "Dispatch", wave };
  return { effect: "Wait", wave, because: { kind: decision.because.kind, message: describeHold(decision.because) } };
}

/** They are selected, and join when they have an identity. */
const notEnrolled = ({ clusters, environment }: PlacedForms, { enrolled }: PlacementSnapshot): PlacedForms["clusters"] =>
  clusters.filter(
    ({ form }) => !enrolled.has(form.id as ClusterId) && matchesSelector(environment.form.clusterSelector, form.labels ?? {}),
  );
