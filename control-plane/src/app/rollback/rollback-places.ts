import { DroverError } from "@drover/kit";
import type { NewRollback } from "@drover/proto/rest";
import { intentOf } from "../../domain/placement/intent.ts";
import type { CompletedRevisions } from "../rollout/completed-revisions.ts";
import type { FleetStore } from "../fleet/fleet-store.ts";
import { notFound } from "../fleet/submit-intent.ts";

/** One pin, or one exception of it, that is to go back. */
export interface RollbackPlace {
  readonly application: string;
  readonly environment: string;
  readonly cluster: string | undefined;
  readonly revision: string | undefined;
  readonly mustBeAt: string | undefined;
}

interface PlacesDeps {
  readonly fleet: FleetStore;
  readonly completed: CompletedRevisions;
}

export type RollbackSubject = Omit<NewRollback, "reason" | "quarantine">;

/** More would be a commit that nobody reads. */
const maxPlaces = 500;

/** The places that a request means. Throws `invalid` ROLLBACK_SUBJECT_INVALID, `not-found` CHANGE_NOT_FOUND, APPLICATION_NOT_FOUND. */
export async function rollbackPlaces(deps: PlacesDeps, request: RollbackSubject): Promise<readonly RollbackPlace[]> {
  const { application, changeId, cluster, revision, everywhere, expectedRevision } = request;
  const environments = [...new Set([...(request.environment === undefined ? [] : [request.environment]), ...(request.environments ?? [])])];
  const ways = [environments.length > 0, everywhere === true, changeId !== undefined].filter(Boolean).length;
  const isSeveral = environments.length > 1 || everywhere === true || changeId !== undefined;
  if (ways !== 1 || (application === undefined && changeId === undefined))
    throw invalid(
      "name an application and where: one or several environments (--environment), or everywhere (--everywhere); or a change (--change)",
    );
  if (isSeveral && (cluster !== undefined || expectedRevision !== undefined))
    throw invalid("cluster and expectedRevision are of a single environment");
  if (changeId !== undefined) {
    if (revision !== undefined) throw invalid("a changeId goes back to what was there before it; leave revision out");
    return movedBy(deps, changeId, application);
  }
  const name = application ?? "";
  const wanted = everywhere === true ? await environmentsOf(deps, name) : environments;
  return wanted.map((environment) => ({ application: name, environment, cluster, revision, mustBeAt: undefined }));
}

async function movedBy({ completed }: PlacesDeps, changeId: string, application: string | undefined): Promise<readonly RollbackPlace[]> {
  const moved = (await completed.movedBy(changeId)).filter((place) => application === undefined || place.application === application);
  if (moved.length === 0)
    throw new DroverError(
      "not-found",
      "CHANGE_NOT_FOUND",
      `roll change ${changeId} back: it started no rollout, or was a rollback itself; give a commit of the fleet repository, or seven characters of it`,
    );
  const changes = new Set(moved.map((place) => place.changeId));
  if (changes.size > 1) throw invalid(`${changes.size} changes begin with ${changeId}; write more of the one that is meant`);
  const places = moved.flatMap(({ clusters, previousRevision, revision, application: of, environment }): RollbackPlace[] => {
    const place = { application: of, environment };
    return clusters === undefined
      ? [{ ...place, cluster: undefined, revision: previousRevision, mustBeAt: revision }]
      : clusters.map(({ name, previousRevision: previous }) => ({ ...place, cluster: name, revision: previous, mustBeAt: undefined }));
  });
  const [first] = places.filter(({ revision }) => revision === undefined);
  if (first !== undefined) throw nothingBefore(first);
  if (places.length > maxPlaces)
    throw invalid(`the change moved ${places.length} pins, and ${maxPlaces} go back at once; name an application`);
  return places;
}

/** Wherever a pin places it, or a branch is followed. */
async function environmentsOf({ fleet }: PlacesDeps, application: string): Promise<readonly string[]> {
  const [form, environments] = await Promise.all([fleet.get("Application", application), fleet.list("Environment")]);
  if (form === undefined) throw notFound("application", application, "roll it back everywhere");
  const placed = await Promise.all(
    environments.map(async ({ name, form: environment }) => {
      const pin = await fleet.get("Pin", `${name}/${application}`);
      return intentOf(application, form.form, environment, pin?.form).kind === "nothing" ? [] : [name];
    }),
  );
  if (placed.flat().length === 0) throw invalid(`${application} is placed nowhere`);
  return placed.flat();
}

const invalid = (why: string): DroverError => new DroverError("invalid", "ROLLBACK_SUBJECT_INVALID", `roll back: ${why}`);

const nothingBefore = ({ application, environment }: RollbackPlace): DroverError =>
  new DroverError(
    "wrong-state",
    "NOT_COMPLETED_HERE",
    `roll ${application} in ${environment} back: nothing had completed there before the change; promote a revision instead`,
    { details: { candidates: [] } },
  );
