import type {
  Application,
  ApplicationRemoval,
  Cluster,
  ClusterRemoval,
  Environment,
  Fleet,
  Freeze,
  Notification,
  Pin,
  Project,
  Quarantine,
  Strategy,
} from "./schemas.ts";

/** The form of each kind of fleet object. */
export interface FleetForms {
  readonly Fleet: Fleet;
  readonly Application: Application;
  readonly Environment: Environment;
  readonly Strategy: Strategy;
  readonly Cluster: Cluster;
  readonly Project: Project;
  readonly Pin: Pin;
  readonly Quarantine: Quarantine;
  readonly ApplicationRemoval: ApplicationRemoval;
  readonly ClusterRemoval: ClusterRemoval;
  readonly Freeze: Freeze;
  readonly Notification: Notification;
}
export type FleetKind = keyof FleetForms;

/** One object of the fleet. Its name comes from its path; a pin's, and an application's removal's, is `<environment>/<application>`. */
export type FleetObject = {
  readonly [Kind in FleetKind]: { readonly kind: Kind; readonly name: string; readonly form: FleetForms[Kind] };
}[FleetKind];

/** Something wrong in a fleet file. `line` and `column` count from 1. */
export interface FleetProblem {
  readonly severity: "error" | "warning";
  readonly path: string;
  readonly line: number;
  readonly column: number;
  /** Stable: FLEET_FILE_YAML, FLEET_FILE_SCHEMA, FLEET_DUPLICATE_NAME, FLEET_REFERENCE_MISSING, … */
  readonly code: string;
  readonly message: string;
}
