import { DroverError } from "@drover/kit";
import type { Client, EditedKind, FleetEdit, NamedKind, OperationId } from "@drover/proto/rest";

/** An object of the fleet as the server has it. */
export interface CurrentObject {
  readonly spec: object;
  readonly version: number;
}

export interface EditOptions {
  readonly reason: string;
  /** Ask what would be committed, and change nothing. */
  readonly validateOnly?: boolean;
}

/** The operations on one kind of fleet object, whichever it is: they all have the same form. */
export interface FleetClient {
  /** Undefined when there is none with this name. */
  load(kind: EditedKind, name: string): Promise<CurrentObject | undefined>;
  create(kind: EditedKind, name: string, spec: object, options: EditOptions): Promise<FleetEdit>;
  replace(kind: EditedKind, name: string, spec: object, ifMatch: number | "*", options: EditOptions): Promise<FleetEdit>;
  remove(kind: NamedKind, name: string, ifMatch: number | "*", options: EditOptions): Promise<FleetEdit>;
}

type AnyCall = (operation: OperationId, input: object) => Promise<unknown>;

export function fleetClient(client: Client): FleetClient {
  const call = client as unknown as AnyCall;
  const paramsOf = (kind: EditedKind, name: string) => (kind === "Fleet" ? {} : { params: { [kind.toLowerCase()]: name } });
  const noun = (kind: EditedKind): string => (kind === "Fleet" ? "FleetSettings" : kind);
  const edit = (operation: string, input: object): Promise<FleetEdit> => call(operation as OperationId, input) as Promise<FleetEdit>;

  return {
    async load(kind, name) {
      try {
        const { spec, version } = (await call(`get${noun(kind)}` as OperationId, paramsOf(kind, name))) as Partial<CurrentObject>;
        return spec === undefined || version === undefined ? undefined : { spec, version };
      } catch (error) {
        if (error instanceof DroverError && error.kind === "not-found") return undefined;
        throw error;
      }
    },
    async create(kind, name, spec, { reason, validateOnly }) {
      if (kind === "Fleet") throw fleetIsThere;
      if (kind === "Cluster") return registerCluster(client, name, spec, reason, validateOnly === true);
      return edit(`create${kind}`, { body: { name, spec, reason }, query: { validateOnly } });
    },
    replace: (kind, name, spec, ifMatch, { reason, validateOnly }) =>
      edit(`replace${noun(kind)}`, { ...paramsOf(kind, name), body: { spec, reason }, query: { validateOnly }, ifMatch }),
    remove: (kind, name, ifMatch, { reason, validateOnly }) =>
      edit(`delete${kind}`, { ...paramsOf(kind, name), query: { reason, validateOnly }, ifMatch }),
  };
}

const fleetIsThere = new DroverError(
  "exists",
  "FLEET_OBJECT_EXISTS",
  "add the fleet: its drover.yaml begins with the fleet repository, and is only changed; use apply or edit",
);

/** A cluster gets its id from the server; windows come with a second commit. */
async function registerCluster(client: Client, name: string, spec: object, reason: string, validateOnly: boolean): Promise<FleetEdit> {
  const { id, windows, ...rest } = spec as { readonly id?: string; readonly windows?: unknown };
  if (id !== undefined)
    throw new DroverError(
      "invalid",
      "CLUSTER_ID_FIXED",
      `add cluster ${name}: a new cluster's id is given by the server; leave id out, and enrol its agent with \`drover cluster token\``,
    );
  const made = { kind: "Cluster", name, result: "Created" } as const;
  if (validateOnly) return { ...made, preview: { files: [], problems: [] } };
  const cluster = await client("createCluster", { body: { name, ...rest, reason } });
  if (windows === undefined) return made;
  const body = { spec: { ...rest, windows } as object, reason };
  await client("replaceCluster", { params: { cluster: cluster.id }, body, ifMatch: "*" });
  return made;
}
