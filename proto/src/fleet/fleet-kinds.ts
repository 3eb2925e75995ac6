import type { TSchema } from "typebox";
import type { FleetKind } from "./objects.ts";
import {
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

interface KindEntry {
  /** Where files of the kind lie; `drover.yaml` itself for the fleet. */
  readonly folder: string;
  readonly schema: TSchema;
}

/** Every kind of fleet file. What a pull request may hold is exactly this table. */
export const fleetKinds = {
  Fleet: { folder: "", schema: Fleet },
  Application: { folder: "applications", schema: Application },
  Environment: { folder: "environments", schema: Environment },
  Strategy: { folder: "strategies", schema: Strategy },
  Cluster: { folder: "clusters", schema: Cluster },
  Project: { folder: "projects", schema: Project },
  Quarantine: { folder: "quarantines", schema: Quarantine },
  Pin: { folder: "pins", schema: Pin },
  ApplicationRemoval: { folder: "removals/applications", schema: ApplicationRemoval },
  ClusterRemoval: { folder: "removals/clusters", schema: ClusterRemoval },
  Freeze: { folder: "freezes", schema: Freeze },
  Notification: { folder: "notifications", schema: Notification },
} as const satisfies Record<FleetKind, KindEntry>;

/** The JSON Schemas that docs/reference/schemas/ publishes, for editors and for CI jobs without Drover. */
export const fleetJsonSchemas = (): readonly { readonly name: string; readonly schema: Readonly<Record<string, unknown>> }[] =>
  Object.entries(fleetKinds).map(([kind, { schema }]) => ({
    name: kind.replace(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase(),
    schema: { $schema: "https://json-schema.org/draft/2020-12/schema", ...schema },
  }));
