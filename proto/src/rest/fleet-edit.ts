import { type Static, Type } from "typebox";
import { fleetKinds } from "../fleet/fleet-kinds.ts";
import { Cluster } from "../fleet/schemas.ts";
import { Counter, Name, ReasonText } from "./words.ts";

/** A cluster's file. Its id is the server's, so whoever edits it may leave it out. */
export const ClusterSpec = Type.Object(
  { ...Cluster.properties, id: Type.Optional(Cluster.properties.id) },
  { $id: "ClusterSpec", additionalProperties: false },
);
export type ClusterSpec = Static<typeof ClusterSpec>;

/** Kinds of fleet objects that people also edit through the API, with the schema of their files. One is added here and in fleet-edit-routes.ts. */
const specs = {
  Application: { ...fleetKinds.Application.schema, $id: "ApplicationSpec" },
  Environment: { ...fleetKinds.Environment.schema, $id: "EnvironmentSpec" },
  Strategy: { ...fleetKinds.Strategy.schema, $id: "StrategySpec" },
  Project: { ...fleetKinds.Project.schema, $id: "ProjectSpec" },
  Freeze: { ...fleetKinds.Freeze.schema, $id: "FreezeSpec" },
  Notification: { ...fleetKinds.Notification.schema, $id: "NotificationSpec" },
  Cluster: ClusterSpec,
  Fleet: { ...fleetKinds.Fleet.schema, $id: "FleetSpec" },
} as const;

export type EditedKind = keyof typeof specs;
export const editedKinds = Object.keys(specs) as readonly EditedKind[];

/** Of the fleet itself there is exactly one, in drover.yaml: it has no name to be chosen, and neither begins nor ends here. */
export type NamedKind = Exclude<EditedKind, "Fleet">;

export const newObjectOf = <Kind extends NamedKind>(kind: Kind) =>
  Type.Object({ name: Name, spec: specs[kind], reason: ReasonText }, { $id: `New${kind}`, additionalProperties: false });

export const replaceObjectOf = <Kind extends EditedKind>(kind: Kind) =>
  Type.Object({ spec: specs[kind], reason: ReasonText }, { $id: `Replace${kind}`, additionalProperties: false });

/** What became of an edit, or would. */
export const FleetEdit = Type.Object(
  {
    kind: Type.Enum([...editedKinds], { type: "string" }),
    name: Name,
    result: Type.Enum(["Created", "Changed", "Unchanged", "Deleted", "Refused"], {
      type: "string",
      description: "Refused: with validateOnly alone; otherwise a refused edit is an error",
    }),
    commit: Type.Optional(
      Type.String({ description: "the fleet commit that made the edit; absent when none was needed, or it is still being written" }),
    ),
    version: Type.Optional({
      ...Counter,
      description: "of the object as this edit left it; absent when it is gone, or somebody changed it since",
    } as typeof Counter),
    preview: Type.Optional(
      Type.Object(
        {
          files: Type.Array(Type.Object({ path: Type.String(), diff: Type.String({ description: "unified diff" }) })),
          problems: Type.Array(
            Type.Object({
              severity: Type.Enum(["error", "warning"], { type: "string" }),
              path: Type.String(),
              line: Counter,
              column: Counter,
              code: Type.String(),
              message: Type.String(),
            }),
            { description: "what the edit would bring about; an error refuses it" },
          ),
        },
        { description: "with validateOnly: what would be committed" },
      ),
    ),
  },
  { $id: "FleetEdit" },
);
export type FleetEdit = Static<typeof FleetEdit>;
