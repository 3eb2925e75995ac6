import { fleetJsonSchemas } from "@drover/proto/fleet";
import { type OperationId, routeTable } from "@drover/proto/rest";
import { resources } from "./resources/table.ts";

/** As much of a JSON schema as `drover explain` reads. */
export interface ExplainedSchema {
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, ExplainedSchema>>;
  readonly patternProperties?: Readonly<Record<string, ExplainedSchema>>;
  readonly additionalProperties?: ExplainedSchema | boolean;
  readonly items?: ExplainedSchema;
  readonly anyOf?: readonly ExplainedSchema[];
  readonly required?: readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
}

interface Explained {
  /** Where people meet it. */
  readonly place: string;
  readonly schema: ExplainedSchema;
}

const listed = (list: OperationId): ExplainedSchema | undefined =>
  (routeTable[list].answer as ExplainedSchema | undefined)?.properties?.["items"]?.items;

/** By kind. The bundle has these as plain JSON: it would otherwise carry a schema library. */
export const explainSchemas: Readonly<Record<string, Explained>> = {
  ...Object.fromEntries(
    fleetJsonSchemas().map(({ name, schema }) => [name, { place: "a file of the fleet repository", schema: schema as ExplainedSchema }]),
  ),
  ...Object.fromEntries(
    resources.flatMap(({ view: { kind }, name, list }) => {
      const schema = listed(list);
      return schema === undefined ? [] : [[kind, { place: `\`drover get ${name} -o yaml\``, schema }]];
    }),
  ),
};
