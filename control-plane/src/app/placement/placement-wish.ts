import type { ClusterId } from "@drover/kit";
import type { Project, Quarantine } from "@drover/proto/fleet";
import { intentOf } from "../../domain/placement/intent.ts";
import { membersOf, type PlacingEnvironment } from "../../domain/placement/members.ts";
import { type PlacementPlan, planPlacement } from "../../domain/placement/plan.ts";
import { objectsProblem, projectProblem, restrictsObjects } from "../../domain/placement/project.ts";
import { contentProblem, quarantineProblem, type QuarantineInForce, withRows } from "../../domain/placement/quarantine.ts";
import { releaseSpecOf } from "../../domain/release/inputs.ts";
import type { Release, ReleaseSpec } from "../../domain/release/release.ts";
import { type DesiredRender, desiredContents, exceptionOf, refuse } from "./desired-content.ts";
import type { PlaceForms } from "../fleet/place-forms.ts";
import type { PlacementSnapshot, PlacementStore, StoredPlacement } from "./placement-store.ts";
import type { Releases } from "../release/releases.ts";

interface WishDeps {
  readonly releases: Releases;
  readonly placements: Pick<PlacementStore, "loadHead">;
}

/** What git wants of the place, rendered. */
export interface Wish {
  readonly release: Release | undefined;
  /** What asked for a new revision: the pin or the source that is followed. The files as a whole where it is the same revision as before. */
  readonly cause: "pin" | "source" | "files";
  readonly desired: readonly DesiredRender[];
  readonly held: StoredPlacement["held"];
  readonly rivals: readonly string[];
}

const nothing: Wish = { release: undefined, cause: "files", desired: [], held: [], rivals: [] };

export async function wishOf(
  deps: WishDeps,
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
function createReleaseFinder({ releases }: WishDeps, name: string, spec: ReleaseSpec, quarantine: Quarantine, signal: AbortSignal) {
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
  { placements }: WishDeps,
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
    message: `place ${application} in ${environment}: it renders to no objects, and ${emptied.slice(0, 3).join(", ")} ${emptied.length === 1 ? "has" : "have"} some; nothing is deleted. Correct the path or the files, or remove the pin to take the application away`,
    details: { clusters: emptied.slice(0, 100) },
  });
}

export async function refuseForbidden(
  releases: Releases,
  name: string,
  project: Project,
  desired: readonly DesiredRender[],
): Promise<void> {
  for (const bundle of new Set(desired.map(({ content }) => content.bundle))) {
    const problem = objectsProblem(name, project, await releases.objects(bundle));
    if (problem) refuse(problem);
  }
}

/** What carries the wish out: rollouts to begin, clusters that join or leave. */
export const planWish = (snapshot: PlacementSnapshot, { desired, held }: Wish): PlacementPlan =>
  planPlacement(desired, {
    goals: snapshot.goals,
    active: snapshot.active,
    assigned: new Set([...snapshot.assignments].flatMap(([id, { state }]) => (state === "active" ? [id] : []))),
    completed: snapshot.completed?.releaseId,
    held: new Set(held.map(({ clusterId }) => clusterId)),
    recovering: snapshot.recovering,
    recollected: snapshot.recollected,
  });
