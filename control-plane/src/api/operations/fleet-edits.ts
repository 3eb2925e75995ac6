import { fleetName } from "@drover/proto/fleet";
import { type EditedKind, editedKinds, type FleetEdit, type NamedKind, type OperationId } from "@drover/proto/rest";
import type { IfMatch, ObjectEdit } from "../../domain/fleet/object-edit.ts";
import type { ApiDeps } from "../deps.ts";
import { parseIfMatch } from "../if-match.ts";
import type { ApiRequest, Handlers } from "../operation.ts";

type Editable = Exclude<NamedKind, "Cluster">;
type Ids = `create${Editable}` | `replace${NamedKind}` | `delete${NamedKind}`;

/** What an edit's request is made of, whatever its kind. */
type EditRequest = Omit<ApiRequest<OperationId>, "params" | "query" | "body"> & {
  readonly params?: Readonly<Record<string, string>> | undefined;
  readonly query: { readonly validateOnly?: boolean; readonly reason?: string };
  readonly body?: { readonly name?: string; readonly spec?: object; readonly reason?: string };
};

/** The same three operations for every kind that people edit. */
export function fleetEditOperations({ reads, commands }: Pick<ApiDeps, "reads" | "commands">): Handlers<Ids | "replaceFleetSettings"> {
  const carryOut = ({ caller, query, body, signal }: EditRequest, edit: ObjectEdit): Promise<FleetEdit> =>
    commands.editObject(
      caller,
      { edit, reason: body?.reason ?? query.reason ?? "", mode: query.validateOnly === true ? "validateOnly" : "commit" },
      signal,
    );
  /** Clusters are known by id, too. */
  const nameOf = async (of: NamedKind, { params = {} }: EditRequest): Promise<string> => {
    const given = params[of.toLowerCase()] ?? "";
    return of === "Cluster" ? (await reads.clusters.get(given)).name : given;
  };
  const replace = (request: EditRequest, of: EditedKind, name: string, ifMatch: IfMatch): Promise<FleetEdit> =>
    carryOut(request, { kind: "replace-object", of, name, spec: JSON.stringify(request.body?.spec ?? {}), ifMatch });

  const handlers = editedKinds
    .filter((of) => of !== "Fleet")
    .flatMap((of) => [
      [
        `create${of}`,
        (request: EditRequest) =>
          carryOut(request, { kind: "create-object", of, name: request.body?.name ?? "", spec: JSON.stringify(request.body?.spec ?? {}) }),
      ],
      [
        `replace${of}`,
        async (request: EditRequest) => {
          const ifMatch = parseIfMatch(request.header("if-match"));
          return replace(request, of, await nameOf(of, request), ifMatch);
        },
      ],
      [
        `delete${of}`,
        async (request: EditRequest) => {
          const ifMatch = parseIfMatch(request.header("if-match"));
          return carryOut(request, { kind: "delete-object", of, name: await nameOf(of, request), ifMatch });
        },
      ],
    ]);
  const { createCluster: _registersInstead, ...edits } = Object.fromEntries(handlers) as unknown as Handlers<Ids> & {
    createCluster: unknown;
  };
  return {
    ...edits,
    replaceFleetSettings: async (request) => replace(request, "Fleet", fleetName, parseIfMatch(request.header("if-match"))),
  };
}
