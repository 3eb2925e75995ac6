import type { Application } from "../application.ts";
import type { EngineContext } from "../context.ts";
import { failureOf } from "../failure.ts";
import type { Tracked } from "../tracked.ts";

/** Whether every object of the application, wanted or owned, has been looked for in a complete list of its kind. */
export type Watched = "complete" | "incomplete";

/** Watches every kind of which the application wants or owns an object; where a kind cannot be watched, its objects there fail. */
export async function watchOwned(application: Application, context: EngineContext): Promise<Watched> {
  await context.discovery.ready(context.signal);
  const byPlace = Map.groupBy(application.objects.values(), ({ id, version }) => `${id.group}/${version}/${id.kind} ${id.namespace ?? ""}`);
  const results = await Promise.all([...byPlace.values()].map((objects) => watchKind(application, objects, context)));
  return results.every((watched) => watched) ? "complete" : "incomplete";
}

/** `objects` are of one kind and namespace. */
async function watchKind({ access }: Application, objects: readonly Tracked[], context: EngineContext): Promise<boolean> {
  const [{ id, version }] = objects as [Tracked, ...Tracked[]];
  const resource = context.discovery.find(id.group, id.kind, version);
  if (!resource) return false; // a CustomResourceDefinition may still make it; applying the object says so otherwise
  try {
    await context.watches.ensure(access, resource, id.namespace);
    for (const tracked of objects) tracked.unwatched = undefined;
    return true;
  } catch (thrown) {
    if (context.signal.aborted) throw thrown;
    for (const tracked of objects) tracked.unwatched = failureOf(thrown);
    return false;
  }
}
