import { DroverError } from "@drover/kit";
import type { Client } from "@drover/proto/rest";
import type { TreeNode } from "@drover/proto/wire";
import { age } from "../output/cell-text.ts";
import type { View } from "../output/print.ts";
import { kindMeant } from "./kind-meant.ts";

/** The application in the cluster whose agent is asked. */
export interface Place {
  readonly cluster: string;
  readonly application: string;
}

/** `deployment/web`, or every object of its kind, or every object. */
export interface ObjectChoice {
  readonly kind?: string | undefined;
  readonly name?: string | undefined;
  readonly namespace?: string | undefined;
}

export const objectView: View<TreeNode> = {
  kind: "object",
  name: ({ kind, name }) => `${kind.toLowerCase()}/${name}`,
  columns: [
    { head: "NAMESPACE", cell: ({ namespace }) => namespace },
    { head: "NAME", cell: ({ kind, name }) => `${kind.toLowerCase()}/${name}` },
    { head: "SYNC", cell: ({ sync }) => sync },
    { head: "HEALTH", cell: ({ health }) => health },
    { head: "AGE", cell: ({ createdAt }) => age(createdAt) },
    { head: "GROUP", cell: ({ group }) => (group === "" ? "core" : group), wide: true },
    { head: "CONTAINER", cell: ({ container }) => container, wide: true },
    { head: "REASON", cell: ({ reason, message }) => [reason, message].filter((part) => part !== undefined).join(": ") },
  ],
};

/** Objects of the application's tree, as its agent has them now. */
export async function listObjects(client: Client, params: Place, { kind, name, namespace }: ObjectChoice): Promise<readonly TreeNode[]> {
  const { nodes } = await client("getApplicationTree", { params });
  return nodes.filter(
    (node) =>
      (kind === undefined || node.kind.toLowerCase() === kindMeant(kind)) &&
      (name === undefined || node.name === name) &&
      (namespace === undefined || node.namespace === namespace),
  );
}

/** The only one that is meant. Throws RESOURCE_NOT_FOUND. */
export async function findObject(client: Client, place: Place, choice: ObjectChoice): Promise<TreeNode> {
  const found = await listObjects(client, place, choice);
  const [one] = found;
  if (one !== undefined && found.length === 1) return one;
  const what = `${choice.kind ?? "object"}/${choice.name ?? ""}`;
  const why =
    found.length === 0
      ? `${place.application} has none on ${place.cluster}; \`drover tree ${place.application} --cluster ${place.cluster}\` shows what it has`
      : `it is in several namespaces; say which with -n: ${found.map(({ namespace }) => namespace ?? "-").join(", ")}`;
  throw new DroverError("not-found", "RESOURCE_NOT_FOUND", `get ${what}: ${why}`);
}

/** As it is in the cluster; Secret values are masked there. */
export async function readLiveObject(
  client: Client,
  { cluster, application }: Place,
  { group, kind, namespace, name }: TreeNode,
  { managedFields }: { readonly managedFields: boolean },
): Promise<Readonly<Record<string, unknown>>> {
  const params = { cluster, group: group === "" ? "core" : group, kind, namespace: namespace ?? "-", name };
  const { object } = await client("getLiveObject", { params, query: { application, ...(managedFields && { managedFields }) } });
  return object;
}
