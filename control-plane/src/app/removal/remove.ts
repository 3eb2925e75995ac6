import { DroverError } from "@drover/kit";
import type { RemoveApplication, RemoveCluster } from "@drover/proto/rest";
import type { RemovalEdit } from "../../domain/fleet/removal-edit.ts";
import { isPlaced } from "../../domain/placement/intent.ts";
import type { Caller } from "../access/caller.ts";
import type { FleetStore } from "../fleet/fleet-store.ts";
import { newIntent, notFound, submitIntent, type SubmitIntentDeps } from "../fleet/submit-intent.ts";

export interface RemovalDeps extends SubmitIntentDeps {
  readonly fleet: FleetStore;
  /** Environments of which some cluster still has the application, whether or not git places it there. */
  readonly environmentsWith: (application: string) => Promise<readonly string[]>;
  readonly newId: () => string;
}

/** Removes an application from one environment, or from all and with its file, by one commit. Agents carry it out, and the entry goes when they have. */
export function createRemoveApplication(deps: RemovalDeps) {
  return async (
    caller: Caller,
    request: RemoveApplication & { readonly application: string },
    signal: AbortSignal,
  ): Promise<{ readonly names: readonly string[] }> => {
    const { application, environment, deletionPolicy, reason } = request;
    const environments =
      environment === undefined ? await everywhere(deps, application) : [await oneEnvironment(deps, application, environment)];
    const edit: RemovalEdit = {
      kind: "remove-application",
      application,
      environments,
      whole: environment === undefined,
      deletionPolicy,
      reason,
    };
    const subject = environment === undefined ? application : `${environment}/${application}`;
    await submitIntent(deps, newIntent(deps.newId(), caller, { kind: "Removal", subject, reason, edit }), caller, signal);
    return { names: environments.map((name) => `${name}/${application}`) };
  };
}

/** Removes a cluster from the fleet by one commit. */
export function createRemoveCluster(deps: RemovalDeps) {
  return async (
    caller: Caller,
    { name, deletionPolicy, reason }: RemoveCluster & { readonly name: string },
    signal: AbortSignal,
  ): Promise<{ readonly names: readonly string[] }> => {
    const cluster = await deps.fleet.get("Cluster", name);
    if (cluster === undefined) throw notFound("cluster", name, "remove a cluster");
    const edit: RemovalEdit = { kind: "remove-cluster", cluster: name, id: cluster.form.id, deletionPolicy, reason };
    await submitIntent(deps, newIntent(deps.newId(), caller, { kind: "Removal", subject: name, reason, edit }), caller, signal);
    return { names: [name] };
  };
}

/** Where it is placed, and where some cluster still has it although nothing places it any more. */
async function everywhere({ fleet, environmentsWith }: RemovalDeps, application: string): Promise<readonly string[]> {
  const [file, environments, pins, assigned] = await Promise.all([
    fleet.get("Application", application),
    fleet.list("Environment"),
    fleet.list("Pin"),
    environmentsWith(application),
  ]);
  const lister = environments.find(({ form }) => form.applications?.includes(application) === true);
  if (lister !== undefined) throw isListed(application, lister.name);
  const pinned = pins.flatMap(({ name }) => (name.endsWith(`/${application}`) ? [name.slice(0, -application.length - 1)] : []));
  const tracking = environments
    .filter(({ form }) => file !== undefined && isPlaced(application, form, undefined, ""))
    .map(({ name }) => name);
  const all = [...new Set([...pinned, ...tracking, ...assigned])].sort();
  if (file === undefined && all.length === 0) throw notFound("application", application, "remove an application");
  return all;
}

async function oneEnvironment({ fleet, environmentsWith }: RemovalDeps, application: string, name: string): Promise<string> {
  const operation = `remove ${application} from ${name}`;
  const [environment, pin, assigned] = await Promise.all([
    fleet.get("Environment", name),
    fleet.get("Pin", `${name}/${application}`),
    environmentsWith(application),
  ]);
  if (environment === undefined && !assigned.includes(name)) throw notFound("environment", name, operation);
  const file = await fleet.get("Application", application);
  if (file !== undefined && environment !== undefined && isPlaced(application, environment.form, undefined, ""))
    throw new DroverError(
      "wrong-state",
      "REMOVAL_TRACKED",
      `${operation}: the environment tracks the source, and would place it again; first take it out of \`applications\` in environments/${name}.yaml, or remove ${application} everywhere`,
    );
  if (pin === undefined && !assigned.includes(name))
    throw new DroverError(
      "wrong-state",
      "NOT_PLACED",
      `${operation}: nothing places it there, and no cluster has it; look with \`drover why\``,
    );
  return name;
}

const isListed = (application: string, environment: string): DroverError =>
  new DroverError(
    "wrong-state",
    "REMOVAL_TRACKED",
    `remove ${application}: environments/${environment}.yaml lists it in \`applications\`; take it out there first`,
  );
