import { type ClusterId, canonicalJson, DroverError } from "@drover/kit";
import type { Project, Quarantine } from "@drover/proto/fleet";
import { intentOf } from "../domain/placement/intent.ts";
import { membersOf, type PlacingEnvironment } from "../domain/placement/members.ts";
import { type PlacementPlan, planPlacement } from "../domain/placement/plan.ts";
import { objectsProblem, projectProblem, restrictsObjects } from "../domain/placement/project.ts";
import { contentProblem, quarantineProblem, type QuarantineInForce, withRows } from "../domain/placement/quarantine.ts";
import { releaseSpecOf } from "../domain/release/inputs.ts";
import type { Problem, Release, ReleaseSpec } from "../domain/release/release.ts";
import { resolveStrategy } from "../domain/rollout/strategy.ts";
import { type DesiredRender, desiredContents, exceptionOf, refuse } from "./desired-content.ts";
import { failpoint } from "./failpoint.ts";
import type { FleetStore } from "./fleet-store.ts";
import { loadPlaceForms, type PlaceForms } from "./place-forms.ts";
import type { Cause, PlacementSnapshot, PlacementStore, StoredPlacement } from "./placement-store.ts";
import type { Quarantines } from "./quarantines.ts";
import type { Releases } from "./releases.ts";
import type { Outcome } from "./work-queue.ts";

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
      await carryOut(deps, snapshot, forms, wish, signal);
    } catch (error) {
      await hold(deps, snapshot, problemOf(error));
    }
    return { kind: "done" };
  };

/** What git wants of the place, rendered. */
interface Wish {
  readonly release: Release | undefined;
  /** What asked for a new revision: the pin or the source that is followed. The files as a whole where it is the same revision as before. */
  readonly cause: "pin" | "source" | "files";
  readonly desired: readonly DesiredRender[];
  readonly held: StoredPlacement["held"];
  readonly rivals: readonly string[];
}

const nothing: Wish = { release: undefined, cause: "files", desired: [], held: [], rivals: [] };

async function wishOf(
  deps: ReconcilePlacementDeps,
  snapshot: PlacementSnapshot,
  forms: PlaceForms,
  refused: readonly QuarantineInForce[],
  signal: AbortSignal,
): Promise<Wish> {
  if (forms.kind === "absent") return nothing;
  const { application, environment, pin, project, strategy, clusters, others } = forms;
  const name = snapshot.application;
  const spec = releaseSpecOf(application.form, environment.form);
  const forbidden = projectProblem(name, application.form, project, spec);
  if (forbidden) return refuse(forbidden);
  if (environment.form.strategy !== undefined && strategy === undefined)
    return refuse({
      code: "STRATEGY_MISSING",
      message: `place ${name} in ${environment.name}: strategy ${environment.form.strategy} does not exist; add strategies/${environment.form.strategy}.yaml`,
    });

  const placing: PlacingEnvironment = { name: environment.name, form: environment.form, pin };
  const { members, held, rivals } = membersOf({
    application: name,
    project,
    environment: placing,
    others,
    clusters: clusters.map((cluster) => ({ id: cluster.form.id as ClusterId, name: cluster.name, form: cluster.form })),
    enrolled: snapshot.enrolled,
    applicationsOn: (cluster) => snapshot.applicationsOn.get(cluster) ?? 0,
  });
  const resolve = createReleaseFinder(deps, name, spec, withRows(forms.quarantine, refused), signal);
  const intent = intentOf(name, application.form, environment.form, pin);
  const release =
    intent.kind === "pinned"
      ? await resolve(intent.revision)
      : intent.kind === "tracked"
        ? await resolve(await headOf(deps, intent))
        : undefined;
  const wanted = [];
  for (const cluster of members) {
    const exception = exceptionOf(pin, cluster.name);
    if (exception !== undefined) wanted.push({ cluster, scope: "Clusters" as const, release: await resolve(exception) });
    else if (release !== undefined) wanted.push({ cluster, scope: "Environment" as const, release });
  }
  const desired = await desiredContents(
    deps.releases,
    { name, application: application.form, project, environment: environment.form },
    wanted,
    signal,
  );
  refuseEmptying(snapshot, desired);
  refuseRolledBack(snapshot, refused, desired);
  if (restrictsObjects(project)) await refuseForbidden(deps.releases, name, project, desired);
  const isMoved = release !== undefined && release.revision !== snapshot.stored.revision;
  const cause = !isMoved ? "files" : intent.kind === "tracked" ? "source" : "pin";
  return { release, cause, desired, held, rivals };
}

/** The release of a revision as people write it, resolved once. */
function createReleaseFinder(
  { releases }: ReconcilePlacementDeps,
  name: string,
  spec: ReleaseSpec,
  quarantine: Quarantine,
  signal: AbortSignal,
) {
  const found = new Map<string, Promise<Release>>();
  const find = async (revision: string): Promise<Release> => {
    const known = await releases.find(name, spec, revision);
    const commit = known?.revision ?? (await releases.resolve(spec, revision, signal));
    const problem = quarantineProblem(quarantine, name, commit);
    if (problem) return refuse(problem);
    return known ?? releases.ensure(name, spec, commit, signal);
  };
  return (revision: string): Promise<Release> => {
    const release = found.get(revision) ?? find(revision);
    found.set(revision, release);
    return release;
  };
}

async function headOf(
  { placements }: ReconcilePlacementDeps,
  { repository, ref }: { readonly repository: string; readonly ref: string },
): Promise<string> {
  const head = await placements.loadHead(repository, ref);
  if (head?.commit !== undefined) return head.commit;
  return refuse(
    head?.problem ?? {
      code: "SOURCE_NOT_FETCHED",
      message: `follow ${ref} of ${repository}: it has not been fetched yet; this resolves by itself`,
    },
  );
}

function refuseRolledBack(place: PlacementSnapshot, refused: readonly QuarantineInForce[], desired: readonly DesiredRender[]): void {
  const problem = contentProblem(
    refused,
    place,
    desired.map(({ content }) => content.digest),
  );
  if (problem) refuse(problem);
}

/** A render of nothing where there was something is a mistake more often than a wish, and would delete everything. */
function refuseEmptying({ application, environment, filled }: PlacementSnapshot, desired: readonly DesiredRender[]): void {
  const emptied = desired.filter(({ clusterId, objects }) => objects === 0 && filled.has(clusterId)).map(({ cluster }) => cluster);
  if (emptied.length === 0) return;
  refuse({
    code: "EMPTY_RENDER",
    message: `place ${application} in ${environment}: it renders to no objects, and ${emptied.slice(0, 3).join(", ")} has some; nothing is deleted. Correct the path or the files, or remove the pin to take the application away`,
    details: { clusters: emptied.slice(0, 100) },
  });
}

async function refuseForbidden(releases: Releases, name: string, project: Project, desired: readonly DesiredRender[]): Promise<void> {
  for (const bundle of new Set(desired.map(({ content }) => content.bundle))) {
    const problem = objectsProblem(name, project, await releases.objects(bundle));
    if (problem) refuse(problem);
  }
}

async function carryOut(
  deps: ReconcilePlacementDeps,
  snapshot: PlacementSnapshot,
  forms: PlaceForms,
  wish: Wish,
  signal: AbortSignal,
): Promise<void> {
  const { release, desired, held, rivals } = wish;
  const plan = planPlacement(desired, {
    goals: snapshot.goals,
    active: snapshot.active,
    assigned: new Set([...snapshot.assignments].flatMap(([id, { state }]) => (state === "active" ? [id] : []))),
    completed: snapshot.completed?.releaseId,
    held: new Set(held.map(({ clusterId }) => clusterId)),
  });
  const placement: StoredPlacement = { revision: release?.revision, releaseId: release?.id, problem: undefined, held, rivals };
  if (snapshot.version > 0 && isEmpty(plan) && canonicalJson(placement) === canonicalJson(snapshot.stored)) return;
  failpoint("placement.commit.before");
  await deps.placements.commit(snapshot, {
    plan,
    placement,
    strategy: resolveStrategy(forms.kind === "placed" ? forms.strategy : undefined, desired.length),
    cause: await causeOf(deps, forms, plan, wish),
    rolloutIds: plan.starts.map(() => deps.newRolloutId()),
    newcomers: await newcomersContents(deps, snapshot, forms, plan, signal),
  });
  failpoint("placement.commit.after");
}

const isEmpty = (plan: PlacementPlan): boolean => Object.values(plan).every((part: readonly unknown[]) => part.length === 0);

/** A tracked branch that moved is itself the cause, as is the pin's commit that moved it; otherwise the newest commit among the place's files is. */
async function causeOf({ placements }: ReconcilePlacementDeps, forms: PlaceForms, { starts }: PlacementPlan, wish: Wish): Promise<Cause> {
  const { cause, release } = wish;
  if (cause === "source" && release !== undefined)
    return { changeId: release.revision, actor: `git/${release.author}`, reason: firstLine(release.message), traceparent: undefined };
  const isByPin = cause === "pin" || (starts.length > 0 && starts.every(({ scope }) => scope === "Clusters"));
  const pinCommit = isByPin && forms.kind === "placed" ? forms.pinCommit : undefined;
  return placements.loadCause(pinCommit ?? forms.newestCommit ?? "");
}

const firstLine = (text: string): string => text.split("\n", 1)[0] ?? "";

/** The last completed release, as it renders for the newcomers now. One that no longer renders is not worth holding everything up for. */
async function newcomersContents(
  { placements, releases }: ReconcilePlacementDeps,
  { application: name, completed }: PlacementSnapshot,
  forms: PlaceForms,
  { newcomers }: PlacementPlan,
  signal: AbortSignal,
): Promise<ReadonlyMap<ClusterId, DesiredRender["content"]>> {
  if (newcomers.length === 0 || completed === undefined || forms.kind === "absent") return new Map();
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

const isProblem: ReadonlySet<string> = new Set(["invalid", "not-found", "forbidden"]);

/** What somebody has to change becomes the placement's problem; anything else is thrown on and tried again. */
function problemOf(error: unknown): Problem {
  if (!(error instanceof DroverError) || !isProblem.has(error.kind)) throw error;
  const details = Object.keys(error.details).length === 0 ? {} : { details: error.details };
  return { code: error.code, message: error.message, ...details };
}
