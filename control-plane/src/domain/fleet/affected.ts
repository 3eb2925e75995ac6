import { type Labels, matchesSelector } from "@drover/kit";
import type { FleetForms, FleetKind } from "@drover/proto/fleet";
import { defaultProject } from "@drover/proto/fleet";
import type { FleetChange, ProjectedFile } from "./project-commit.ts";

/** An application in an environment. */
export interface Place {
  readonly application: string;
  readonly environment: string;
}

export const placeKey = ({ application, environment }: Place): string => `${application} ${environment}`;

/**
 * The places that a change can concern, where there is a pin or tracking before or after it. Rather one too many: looking at a place again
 * when nothing moved is cheap, and whether anything moved is the placement's own question.
 */
export function affectedPlaces(
  before: readonly ProjectedFile[],
  after: readonly ProjectedFile[],
  changes: readonly FleetChange[],
): readonly Place[] {
  const fleets = [before, after].map(indexFleet);
  const places = new Map(fleets.flatMap(placesOf).map((place) => [placeKey(place), place]));
  return [...places.values()].filter((place) => changes.some((change) => concerns(change, place, fleets)));
}

/** A ref of a repository that some application is read from. */
export interface SourceRef {
  readonly repository: string;
  readonly ref: string;
}

/** Every ref to follow: each application's own, and those that environments put in its place. */
export function trackedSources(files: readonly ProjectedFile[]): readonly SourceRef[] {
  const { applications, environments } = indexFleet(files);
  const refs = new Map<string, SourceRef>();
  for (const { source } of applications.values())
    for (const override of [undefined, ...[...environments.values()].map((environment) => environment.source?.ref)]) {
      const ref = override ?? source.ref ?? "main";
      refs.set(`${source.repository} ${ref}`, { repository: source.repository, ref });
    }
  return [...refs.values()];
}

interface FleetIndex {
  readonly applications: ReadonlyMap<string, FleetForms["Application"]>;
  readonly environments: ReadonlyMap<string, FleetForms["Environment"]>;
  readonly pins: ReadonlySet<string>;
}

function indexFleet(files: readonly ProjectedFile[]): FleetIndex {
  const of = <Kind extends FleetKind>(kind: Kind): ReadonlyMap<string, FleetForms[Kind]> =>
    new Map(
      files.flatMap((file) => (file.kind === kind && file.form !== undefined ? [[file.name, file.form as FleetForms[Kind]] as const] : [])),
    );
  return { applications: of("Application"), environments: of("Environment"), pins: new Set(of("Pin").keys()) };
}

function placesOf({ applications, environments, pins }: FleetIndex): readonly Place[] {
  const tracked = [...environments].flatMap(([environment, { track, applications: only }]) =>
    track === undefined
      ? []
      : [...applications.keys()].filter((name) => only?.includes(name) ?? true).map((application) => ({ application, environment })),
  );
  const pinned = [...pins].map((name) => {
    const [environment = "", application = ""] = name.split("/");
    return { application, environment };
  });
  return [...pinned, ...tracked];
}

function concerns({ kind, name, before, after }: FleetChange, { application, environment }: Place, fleets: readonly FleetIndex[]): boolean {
  const forms = [before, after].filter((form) => form !== undefined);
  switch (kind) {
    case "Pin":
      return name === `${environment}/${application}`;
    case "Application":
    case "Quarantine":
      return name === application;
    case "Environment":
      return name === environment;
    case "Strategy":
      return fleets.some(({ environments }) => environments.get(environment)?.strategy === name);
    case "Project":
      return fleets.some(({ applications }) => (applications.get(application)?.project ?? defaultProject) === name);
    case "Cluster":
      return fleets.some(({ environments }) => {
        const selector = environments.get(environment)?.clusterSelector;
        return (
          selector !== undefined && (forms as readonly FleetForms["Cluster"][]).some((form) => matchesSelector(selector, labelsOf(form)))
        );
      });
    case "ApplicationRemoval":
    case "ClusterRemoval":
    case "Fleet":
    case "Freeze":
    case "Notification":
      return false;
  }
}

/** Keys of the queue `removal`: removals that began, ended or changed. */
export const affectedRemovals = (changes: readonly FleetChange[]): readonly string[] =>
  changes.flatMap(({ kind, name }) => (kind === "ApplicationRemoval" || kind === "ClusterRemoval" ? [removalKey(kind, name)] : []));

export const removalKey = (kind: "ApplicationRemoval" | "ClusterRemoval", name: string): string => `${kind} ${name}`;

const labelsOf = (cluster: FleetForms["Cluster"]): Labels => cluster.labels ?? {};
