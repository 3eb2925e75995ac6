import { type EditedKind, editedKinds, type FleetEdit, type OperationId } from "@drover/proto/rest";
import type { ObjectEdit } from "../../domain/fleet/object-edit.ts";
import type { ApiDeps } from "../deps.ts";
import { parseIfMatch } from "../if-match.ts";
import type { ApiRequest, Handlers } from "../operation.ts";

type Editable = Exclude<EditedKind, "Cluster">;
type Ids = `create${Editable}` | `replace${EditedKind}` | `delete${EditedKind}`;

/** What an edit's request is made of, whatever its kind. */
type EditRequest = Omit<ApiRequest<OperationId>, "params" | "query" | "body"> & {
  readonly params?: Readonly<Record<string, string>>;
  readonly query: { readonly validateOnly?: boolean; readonly reason?: string };
  readonly body?: { readonly name?: string; readonly spec?: object; readonly reason?: string };
};

/** The same three operations for every kind that people edit. */
export function fleetEditOperations({ reads, commands }: Pick<ApiDeps, "reads" | "commands">): Handlers<Ids> {
  const carryOut = ({ caller, query, body, signal }: EditRequest, edit: ObjectEdit): Promise<FleetEdit> =>
    commands.editObject(
      caller,
      { edit, reason: body?.reason ?? query.reason ?? "", mode: query.validateOnly === true ? "validateOnly" : "commit" },
      signal,
    );
  /** Clusters are known by id, too. */
  const nameOf = async (of: EditedKind, { params = {} }: EditRequest): Promise<string> => {
    const given = params[of.toLowerCase()] ?? "";
    return of === "Cluster" ? (await reads.clusters.get(given)).name : given;
  };

  const handlers = editedKinds.flatMap((of) => [
    [
      `create${of}`,
      (request: EditRequest) =>
        carryOut(request, { kind: "create-object", of, name: request.body?.name ?? "", spec: JSON.stringify(request.body?.spec ?? {}) }),
    ],
    [
      `replace${of}`,
      async (request: EditRequest) => {
        const ifMatch = parseIfMatch(request.header("if-match"));
        return carryOut(request, {
          kind: "replace-object",
          of,
          name: await nameOf(of, request),
          spec: JSON.stringify(request.body?.spec ?? {}),
          ifMatch,
        });
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
  return edits;
}
