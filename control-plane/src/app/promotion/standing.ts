import { DroverError } from "@drover/kit";
import { type FleetForms, nearest } from "@drover/proto/fleet";
import type { Standing } from "../../domain/fleet/decide-promotion.ts";
import { type Intent as PlacementIntent, intentOf } from "../../domain/placement/intent.ts";
import { withRows } from "../../domain/placement/quarantine.ts";
import type { FleetStore, StoredObject } from "../fleet/fleet-store.ts";
import type { Quarantines } from "../rollback/quarantines.ts";
import type { SourceFiles, SourcePlace } from "../source/source-files.ts";
import type { SourceStore } from "../source/source-store.ts";
import { notFound } from "../fleet/submit-intent.ts";

export interface StandingDeps {
  readonly fleet: FleetStore;
  readonly quarantines: Quarantines;
  readonly sources: SourceStore;
  readonly sourceFiles: SourceFiles;
}

/** What a request to move a pin needs to know of its place. */
export interface LoadedStanding {
  readonly standing: Standing;
  readonly environment: FleetForms["Environment"];
  readonly pin: StoredObject<"Pin"> | undefined;
  readonly source: SourcePlace & { readonly ref: string };
  /** How many completed revisions a rollback may choose from. */
  readonly historyLimit: number;
}

const defaultHistoryLimit = 10;

/** Throws `not-found` APPLICATION_NOT_FOUND, ENVIRONMENT_NOT_FOUND. */
export async function loadStanding(
  deps: StandingDeps,
  place: { readonly application: string; readonly environment: string },
  operation: string,
  signal: AbortSignal,
): Promise<LoadedStanding> {
  const { fleet } = deps;
  const refused = await deps.quarantines.inForce(place.application); // before the file, which carries what no row does any more
  const [application, environment, pin, quarantine, removal] = await Promise.all([
    fleet.get("Application", place.application),
    fleet.get("Environment", place.environment),
    fleet.get("Pin", `${place.environment}/${place.application}`),
    fleet.get("Quarantine", place.application),
    fleet.get("ApplicationRemoval", `${place.environment}/${place.application}`),
  ]);
  if (application === undefined)
    throw notFound("application", place.application, operation, await nearestTo(fleet, "Application", place.application));
  if (environment === undefined)
    throw notFound("environment", place.environment, operation, await nearestTo(fleet, "Environment", place.environment));
  if (removal !== undefined) throw isBeingRemoved(place, operation);
  const { repository, credentialsRef, ref = "main" } = application.form.source;
  const source = { repository, credentialsRef, ref: environment.form.source?.ref ?? ref };
  const tracking = intentOf(place.application, application.form, environment.form, undefined);
  const pinned = pin?.form.revision;
  const current = await currentRevision(deps, pinned, tracking, source, signal);
  const standing = { ...place, pinned, current, isTracked: tracking.kind === "tracked", quarantine: withRows(quarantine?.form, refused) };
  return {
    standing,
    environment: environment.form,
    pin,
    source,
    historyLimit: application.form.revisionHistoryLimit ?? defaultHistoryLimit,
  };
}

async function nearestTo(fleet: FleetStore, kind: "Application" | "Environment", typed: string): Promise<string | undefined> {
  return nearest(
    typed,
    (await fleet.list(kind)).map(({ name }) => name),
  );
}

const isBeingRemoved = ({ application, environment }: { application: string; environment: string }, operation: string): DroverError =>
  new DroverError(
    "wrong-state",
    "REMOVAL_PENDING",
    `${operation}: it is being removed there; wait until \`drover get removals\` no longer lists it, or delete removals/applications/${environment}/${application}.yaml`,
  );

/** The full id of what is pinned, also where a person pinned a branch, a tag or a short id; otherwise of what is tracked. */
async function currentRevision(
  { sources, sourceFiles }: StandingDeps,
  pinned: string | undefined,
  tracking: PlacementIntent,
  source: SourcePlace,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (pinned !== undefined && /^[0-9a-f]{40}$/.test(pinned)) return pinned;
  // A pin that names nothing any more must not keep anybody from moving it.
  if (pinned !== undefined) return sourceFiles.resolve(source, pinned, signal).catch(() => undefined);
  return tracking.kind === "tracked" ? (await sources.load(tracking))?.commit : undefined;
}
