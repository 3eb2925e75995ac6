import { type ClusterId, canonicalJson, plural } from "@drover/kit";
import type { PlacementPlan } from "../../domain/placement/plan.ts";
import { restrictsObjects } from "../../domain/placement/project.ts";
import { type QuarantineInForce, quarantineProblem, withRows } from "../../domain/placement/quarantine.ts";
import type { Problem } from "../../domain/release/release.ts";
import { resolveStrategy, rollbackStrategy } from "../../domain/rollout/strategy.ts";
import { type DesiredRender, desiredContents, refuse } from "./desired-content.ts";
import { failpoint } from "../failpoint.ts";
import type { FleetStore } from "../fleet/fleet-store.ts";
import { loadPlaceForms, type PlaceForms } from "../fleet/place-forms.ts";
import { type Cause, fleetStopped, type PlacementSnapshot, type PlacementStore, type StoredPlacement } from "./placement-store.ts";
import { problemOf } from "./placement-problem.ts";
import { planWish, refuseForbidden, type Wish, wishOf } from "./placement-wish.ts";
import type { Quarantines } from "../rollback/quarantines.ts";
import type { Releases } from "../release/releases.ts";
import type { Outcome } from "../work-queue.ts";

interface ReconcilePlacementDeps {
  readonly fleet: FleetStore;
  readonly releases: Releases;
  readonly placements: PlacementStore;
  readonly quarantines: Quarantines;
  readonly newRolloutId: () => string;
}

/** Handler of the queue `placement`, whose keys are `<application> <environment>`: makes what git wants there the goal, by rollouts. */
export const createPlacementReconciler =
  (deps: ReconcilePlacementDeps) =>
  async (key: string, signal: AbortSignal): Promise<Outcome> => {
    const [application = "", environment = ""] = key.split(" ");
    const snapshot = await deps.placements.load({ application, environment });
    // After the snapshot: of a rollback that begins meanwhile either the rows are seen, or the snapshot is stale. Before the files, which carry what
    // no row does any more.
    const refused = await deps.quarantines.inForce(application);
    const forms = await loadPlaceForms(deps.fleet, application, environment);
    try {
      const wish = await wishOf(deps, snapshot, forms, refused, signal);
      await carryOut(deps, snapshot, forms, refused, wish, signal);
    } catch (error) {
      await hold(deps, snapshot, problemOf(error));
    }
    return { kind: "done" };
  };

async function carryOut(
  deps: ReconcilePlacementDeps,
  snapshot: PlacementSnapshot,
  forms: PlaceForms,
  refused: readonly QuarantineInForce[],
  wish: Wish,
  signal: AbortSignal,
): Promise<void> {
  const { release, desired, held, rivals } = wish;
  const plan = planWish(snapshot, wish);
  refuseWhileStopped(snapshot, plan);
  const placement: StoredPlacement = { revision: release?.revision, releaseId: release?.id, problem: undefined, held, rivals };
  if (snapshot.version > 0 && isEmpty(plan) && canonicalJson(placement) === canonicalJson(snapshot.stored)) return;
  const why = await causeOf(deps, forms, plan, wish);
  const strategy = resolveStrategy(forms.kind === "placed" ? forms.strategy : undefined, desired.length);
  failpoint("placement.commit.before");
  await deps.placements.commit(snapshot, {
    plan,
    placement,
    strategy: why.kind === "Rollback" ? rollbackStrategy(strategy) : strategy,
    cause: why,
    rolloutIds: plan.starts.map(() => deps.newRolloutId()),
    newcomers: await newcomersContents(deps, snapshot, forms, refused, plan, signal),
  });
  failpoint("placement.commit.after");
}

/** Rollouts are held by the stop themselves; what goes to clusters beside them has to be held here. */
function refuseWhileStopped({ application, environment, isStopped }: PlacementSnapshot, { directs, newcomers }: PlacementPlan): void {
  const joining = directs.length + newcomers.length;
  if (!isStopped || joining === 0) return;
  refuse({
    code: fleetStopped,
    message: `place ${application} in ${environment}: the fleet is stopped, and ${plural(joining, "cluster")} would be given it; drover stop --release --reason TEXT has it go on`,
  });
}

const isEmpty = (plan: PlacementPlan): boolean => Object.values(plan).every((part: readonly unknown[]) => part.length === 0);

/** A tracked branch that moved is itself the cause, as is the pin's commit that moved it; otherwise the newest commit among the place's files is. */
async function causeOf({ placements }: ReconcilePlacementDeps, forms: PlaceForms, { starts }: PlacementPlan, wish: Wish): Promise<Cause> {
  const { cause, release } = wish;
  if (cause === "source" && release !== undefined)
    return {
      kind: "Rollout",
      changeId: release.revision,
      actor: `git/${release.author}`,
      reason: firstLine(release.message),
      traceparent: undefined,
    };
  const isByPin = cause === "pin" || (starts.length > 0 && starts.every(({ scope }) => scope === "Clusters"));
  const pinCommit = isByPin && forms.kind === "placed" ? forms.pinCommit : undefined;
  const found = await placements.loadCause(pinCommit ?? forms.newestCommit ?? "");
  // What changed the files around a pin that went back some time ago goes forward.
  return pinCommit === undefined ? { ...found, kind: "Rollout" } : found;
}

const firstLine = (text: string): string => text.split("\n", 1)[0] ?? "";

/** The last completed release, as it renders for the newcomers now. One that is refused or no longer renders is not worth holding everything up for. */
async function newcomersContents(
  { placements, releases }: ReconcilePlacementDeps,
  { application: name, completed }: PlacementSnapshot,
  forms: PlaceForms,
  refused: readonly QuarantineInForce[],
  { newcomers }: PlacementPlan,
  signal: AbortSignal,
): Promise<ReadonlyMap<ClusterId, DesiredRender["content"]>> {
  if (newcomers.length === 0 || completed === undefined || forms.kind === "absent") return new Map();
  if (quarantineProblem(withRows(forms.quarantine, refused), name, completed.revision)) return new Map();
  const release = await placements.loadRelease(completed.releaseId);
  const wanted = forms.clusters
    .filter(({ form }) => newcomers.includes(form.id as ClusterId))
    .map((cluster) => ({
      cluster: { id: cluster.form.id as ClusterId, name: cluster.name, form: cluster.form },
      scope: "Environment" as const,
      release,
    }));
  try {
    const rendering = { name, application: forms.application.form, project: forms.project, environment: forms.environment.form };
    const contents = await desiredContents(releases, rendering, wanted, signal);
    if (restrictsObjects(forms.project)) await refuseForbidden(releases, name, forms.project, contents);
    return new Map(contents.map(({ clusterId, content }) => [clusterId, content]));
  } catch (error) {
    problemOf(error);
    return new Map();
  }
}

async function hold({ placements }: ReconcilePlacementDeps, snapshot: PlacementSnapshot, problem: Problem): Promise<void> {
  if (canonicalJson(snapshot.stored.problem) === canonicalJson(problem)) return;
  await placements.commitProblem(snapshot, { ...snapshot.stored, problem });
}
