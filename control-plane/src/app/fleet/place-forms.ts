import { type LabelSelector, matchesSelector } from "@drover/kit";
import type { Pin, Project, Quarantine, Strategy } from "@drover/proto/fleet";
import { defaultProject } from "@drover/proto/fleet";
import type { PlacingEnvironment } from "../../domain/placement/members.ts";
import type { FleetStore, StoredObject } from "./fleet-store.ts";

/** The files of the fleet repository that a place is made of. */
export type PlaceForms = PlacedForms | { readonly kind: "absent"; readonly newestCommit: string | undefined };

export interface PlacedForms {
  readonly kind: "placed";
  readonly application: StoredObject<"Application">;
  readonly environment: StoredObject<"Environment">;
  readonly pin: Pin | undefined;
  readonly pinCommit: string | undefined;
  readonly project: Project | undefined;
  readonly strategy: Strategy | undefined;
  readonly quarantine: Quarantine | undefined;
  readonly clusters: readonly StoredObject<"Cluster">[];
  readonly others: readonly PlacingEnvironment[];
  /** The newest commit that changed one of them. */
  readonly newestCommit: string | undefined;
}

export async function loadPlaceForms(fleet: FleetStore, application: string, environment: string): Promise<PlaceForms> {
  const [applicationObject, environmentObject, pin, quarantine, environments, clusters] = await Promise.all([
    fleet.get("Application", application),
    fleet.get("Environment", environment),
    fleet.get("Pin", `${environment}/${application}`),
    fleet.get("Quarantine", application),
    fleet.list("Environment"),
    fleet.list("Cluster"),
  ]);
  if (applicationObject === undefined || environmentObject === undefined)
    return { kind: "absent", newestCommit: newest([applicationObject, environmentObject, pin]) };
  const { strategy: strategyName, clusterSelector } = environmentObject.form;
  const [project, strategy, others] = await Promise.all([
    fleet.get("Project", applicationObject.form.project ?? defaultProject),
    strategyName === undefined ? undefined : fleet.get("Strategy", strategyName),
    loadOthers(
      fleet,
      application,
      environments.filter(({ name }) => name !== environment),
    ),
  ]);
  return {
    kind: "placed",
    application: applicationObject,
    environment: environmentObject,
    pin: pin?.form,
    pinCommit: pin?.commit,
    project: project?.form,
    strategy: strategy?.form,
    quarantine: quarantine?.form,
    clusters,
    others,
    newestCommit: newest([applicationObject, environmentObject, pin, strategy, project, ...selected(clusters, clusterSelector)]),
  };
}

const loadOthers = (
  fleet: FleetStore,
  application: string,
  environments: readonly StoredObject<"Environment">[],
): Promise<PlacingEnvironment[]> =>
  Promise.all(environments.map(async ({ name, form }) => ({ name, form, pin: (await fleet.get("Pin", `${name}/${application}`))?.form })));

const selected = (clusters: readonly StoredObject<"Cluster">[], selector: LabelSelector) =>
  clusters.filter(({ form }) => matchesSelector(selector, form.labels ?? {}));

function newest(objects: readonly ({ readonly commit: string; readonly position: number } | undefined)[]): string | undefined {
  const known = objects.filter((object) => object !== undefined);
  return known.reduce<(typeof known)[number] | undefined>((a, b) => (a !== undefined && a.position > b.position ? a : b), undefined)
    ?.commit;
}
