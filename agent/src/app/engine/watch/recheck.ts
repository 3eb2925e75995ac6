import { keyOf } from "../../../domain/manifest.ts";
import { ownerLabel, ownerOf } from "../../../domain/owner.ts";
import type { KubeObject, ListOptions, Resource } from "../../kube.ts";
import type { Application } from "../application.ts";
import type { EngineContext } from "../context.ts";
import { holdObject, receive } from "../schedule/hold-object.ts";
import type { KeyedWork } from "../schedule/keyed-work.ts";
import { observe } from "./observe.ts";
import type { Tracked } from "../tracked.ts";

/** Reads objects that we applied anew, should a watch have missed something: one list for each kind and namespace. Throws the first failure. */
export async function recheck(
  application: Application,
  isMeant: (tracked: Tracked) => boolean,
  context: EngineContext,
  requests: KeyedWork,
  signal: AbortSignal,
): Promise<void> {
  await context.discovery.ready(signal);
  const applied = [...application.objects.values()].filter((tracked) => tracked.applied !== undefined && isMeant(tracked));
  const byPlace = Map.groupBy(applied, ({ id, version }) => `${id.group}/${version}/${id.kind} ${id.namespace ?? ""}`);
  await Promise.all(
    Array.from(byPlace, ([place, tracked]) => requests.run(`recheck ${place}`, () => recheckPlace(application, tracked, context, signal))),
  );
}

async function recheckPlace(
  application: Application,
  tracked: readonly Tracked[],
  context: EngineContext,
  signal: AbortSignal,
): Promise<void> {
  const [{ id, version }] = tracked as [Tracked, ...Tracked[]];
  const resource = context.discovery.find(id.group, id.kind, version);
  if (!resource) return;
  const labelSelector = `${ownerLabel}=${ownerOf(application.name, context.clusterId)}`;
  const view: ListOptions = id.namespace === undefined ? { labelSelector } : { labelSelector, namespace: id.namespace };
  const { items } = await application.access.kube.list(resource, view, signal);
  const byKey = new Map(items.map((object) => [keyOf({ ...id, name: object.metadata.name }), object]));
  for (const one of tracked) {
    const object = byKey.get(one.key);
    if (object) receive(application, one, { kind: "changed", object }, context);
    else await lookAgain(application, one, resource, context, signal);
  }
}

/** Gone, or without our label. Held while we look: an object that we make in between would seem to be missing. */
function lookAgain(
  application: Application,
  tracked: Tracked,
  resource: Resource,
  context: EngineContext,
  signal: AbortSignal,
): Promise<void> {
  const { namespace, name } = tracked.id;
  return holdObject(application, tracked, "normal", context, async () => {
    const object: KubeObject | undefined = await application.access.kube.get({ resource, namespace, name }, signal);
    observe(application, tracked, object ? { kind: "changed", object } : { kind: "absent" });
  });
}
