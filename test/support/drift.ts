import { canonicalJson, isJsonObject, type Json, type JsonObject, memberAt, parseJson } from "@drover/kit";
import type { AgentEvent, DriftEpisode, SyncPolicy } from "@drover/proto/wire";
import { policy } from "../../agent/test/support/fleet.ts";
import type { AgentWorld } from "./agent-on-kubernetes.ts";
import { waitUntil } from "./wait-until.ts";

/** A policy that differs from the usual one. */
export const policyWith = (over: Partial<SyncPolicy>): { readonly syncPolicy: SyncPolicy } => ({ syncPolicy: { ...policy, ...over } });

/** The object as the API server has it, with integers beyond 2^53. */
export const read = async (world: AgentWorld, kind: string, name: string): Promise<JsonObject> =>
  parseJson(await world.kubectl("get", kind, name, "-o", "json", "--show-managed-fields")) as JsonObject;

/** What somebody says who owns what, and the server's own notes, change with every write; the rest is what people see. */
export function contentOf(object: JsonObject): JsonObject {
  const { status: _status, metadata, ...rest } = object;
  const { managedFields: _owners, resourceVersion: _version, generation: _generation, uid: _uid, ...named } = metadata as JsonObject;
  const { creationTimestamp: _created, annotations, ...kept } = named;
  const noted = Object.entries(isJsonObject(annotations) ? annotations : {}).filter(
    ([key]) => !key.startsWith("deployment.kubernetes.io/"),
  );
  return { ...rest, metadata: { ...kept, annotations: Object.fromEntries(noted) } };
}

/** Our part of who owns what. */
export const ownFields = (object: JsonObject): Json =>
  (memberAt(object, "metadata", "managedFields") as JsonObject[]).find(({ manager }) => manager === "drover/default")?.["fieldsV1"] ?? null;

interface ObjectName {
  readonly kind: string;
  readonly name: string;
}

/** Drift that an edit made and the agent put right: the object is again as it was, to the last field and to whom it belongs. */
export async function healedAfter(world: AgentWorld, { kind, name }: ObjectName, edit: () => Promise<unknown>): Promise<DriftEpisode> {
  const before = await read(world, kind, name);
  const since = world.controlPlane.events.length;
  await edit();
  const event = await told(world, "DriftHealed", name, since);
  await waitUntil(`${kind} ${name} is as before`, async () => {
    const now = await read(world, kind, name);
    if (
      canonicalJson(contentOf(now)) === canonicalJson(contentOf(before)) &&
      canonicalJson(ownFields(now)) === canonicalJson(ownFields(before))
    )
      return true;
    throw new Error(`${canonicalJson(contentOf(before))}\n${canonicalJson(contentOf(now))}`);
  });
  return event.drift!;
}

/** The next event of this kind about an object. */
export const told = (world: AgentWorld, kind: string, name: string, since = 0, withinMs?: number): Promise<AgentEvent> =>
  waitUntil(
    `${kind} of ${name}`,
    () => {
      const found = world.controlPlane.events.slice(since).find((event) => event.kind === kind && event.drift?.name === name);
      if (found) return found;
      throw new Error(
        JSON.stringify({ events: world.controlPlane.events.slice(since), statuses: world.controlPlane.reports.at(-1)?.applications }),
      );
    },
    withinMs,
  );
