import { DroverError } from "@drover/kit";
import { fleetName } from "@drover/proto/fleet";
import type { Client, EditedKind, NamedKind } from "@drover/proto/rest";
import { placementPages } from "../placements/load-placements.ts";
import { listResource } from "../resources/read-resource.ts";
import { resources } from "../resources/table.ts";
import { fleetClient } from "./fleet-client.ts";

export interface ExportedObject {
  readonly kind: EditedKind;
  readonly name: string;
  readonly spec: object;
}

/** Clusters asked for at a time: only one by one do they come with their files. */
const atOnce = 8;

/** By kind, and by name within it. */
export async function exportObjects(client: Client, kinds: readonly EditedKind[]): Promise<readonly ExportedObject[]> {
  const objects: ExportedObject[] = [];
  for (const kind of kinds) objects.push(...(await exportAll(client, kind)));
  return objects;
}

async function exportAll(client: Client, kind: EditedKind): Promise<readonly ExportedObject[]> {
  if (kind === "Cluster") return exportClusters(client);
  return kind === "Fleet" ? exportFleetItself(client) : exportKind(client, kind);
}

async function exportKind(client: Client, kind: NamedKind): Promise<readonly ExportedObject[]> {
  const resource = resources.find(({ fleetKind }) => fleetKind === kind);
  if (resource === undefined) return [];
  const { items } = await listResource(client, resource);
  return (items as readonly Omit<ExportedObject, "kind">[]).map(({ name, spec }) => ({ kind, name, spec }));
}

async function exportFleetItself(client: Client): Promise<readonly ExportedObject[]> {
  const found = await fleetClient(client).load("Fleet", fleetName);
  return found === undefined ? [] : [{ kind: "Fleet", name: fleetName, spec: found.spec }];
}

async function exportClusters(client: Client): Promise<readonly ExportedObject[]> {
  const resource = resources.find(({ fleetKind }) => fleetKind === "Cluster");
  if (resource === undefined) return [];
  const names = (await listResource(client, resource)).items.map((item) => resource.view.name(item));
  const objects: ExportedObject[] = [];
  for (let start = 0; start < names.length; start += atOnce)
    objects.push(...(await Promise.all(names.slice(start, start + atOnce).map((name) => exportCluster(client, name)))).flat());
  return objects;
}

/** A revoked cluster, or one that was removed meanwhile, has no file any more. */
async function exportCluster(client: Client, cluster: string): Promise<readonly ExportedObject[]> {
  try {
    const { name, spec } = await client("getCluster", { params: { cluster } });
    return spec === undefined ? [] : [{ kind: "Cluster", name, spec }];
  } catch (error) {
    if (error instanceof DroverError && error.kind === "not-found") return [];
    throw error;
  }
}

/** The promotions that would pin what is pinned now, a command each. */
export async function exportPins(client: Client): Promise<readonly string[]> {
  const commands: string[] = [];
  for await (const places of placementPages(client, {}))
    for (const { application, environment, pin } of places)
      if (pin?.revision !== undefined) commands.push(`drover promote ${application} --to ${environment} --revision ${pin.revision}`);
  return commands;
}
