import type { ObjectId } from "../../../domain/manifest.ts";
import type { Others } from "../../../domain/prune/plan.ts";
import type { Application } from "../application.ts";
import type { EngineContext } from "../context.ts";
import { hasReadBundle } from "../bundle/read-bundle.ts";

/** What must not be deleted for the sake of the rest of this application and of the others of this cluster. */
export function othersOf(application: Application, context: EngineContext): Others {
  const others = otherThan(application, context);
  const uids = new Set<string>();
  const namespaces = new Set<string>();
  for (const one of [application, ...others])
    for (const { id, wanted, applied } of one.objects.values()) {
      if (wanted && applied) uids.add(applied.uid);
      if (wanted || one !== application) namespaces.add(id.namespace ?? "");
    }
  return {
    want: (key) => others.some((other) => wants(other, key)),
    uids,
    namespaces,
    use: (definition) => isUsed(definition, application, context),
  };
}

/** By what is wanted of the application itself, and all that others have or want. */
function isUsed(definition: string, application: Application, context: EngineContext): boolean {
  const own = [...application.objects.values()].filter(({ wanted }) => wanted !== undefined);
  const others = otherThan(application, context);
  const had = others.flatMap(({ objects }) => [...objects.values()]);
  const asked = others.filter(isInForce).flatMap(({ target }) => [...(target?.objects.values() ?? [])]);
  return [...own, ...had, ...asked].some(({ id }) => defines(definition, id, context));
}

/** A definition is called by the plural and the group of what it defines. */
export const defines = (definition: string, { group, kind }: ObjectId, { discovery }: EngineContext): boolean =>
  definition.endsWith(`.${group}`) && `${discovery.find(group, kind)?.plural}.${group}` === definition;

/** An application whose bundle nobody here has read yet: it may want anything. */
export const unreadApplication = (application: Application, context: EngineContext): string | undefined =>
  otherThan(application, context).find((other) => isInForce(other) && !hasReadBundle(other))?.name;

/** Whether another application wants the object, or may want it. */
export const isWantedElsewhere = (application: Application, key: string, context: EngineContext): boolean =>
  unreadApplication(application, context) !== undefined || otherThan(application, context).some((other) => wants(other, key));

/** Runs again whoever wants one of these objects and could not have it. */
export function tellOthers(application: Application, keys: readonly string[], context: EngineContext): void {
  for (const other of otherThan(application, context)) for (const key of keys) if (wants(other, key)) void tryAgain(other, key, context);
}

/** At once, whatever its pace; an attempt that is under way has not seen it yet. */
function tryAgain(other: Application, key: string, context: EngineContext): Promise<void> {
  return context.work.run(key, async () => {
    const tracked = other.objects.get(key);
    if (tracked) tracked.retry = undefined;
    context.request(other);
  });
}

/** By the bundle that is assigned, or while that waits for its turn by the one before. */
export const wants = (other: Application, key: string): boolean =>
  isInForce(other) && (other.target?.objects.has(key) === true || other.objects.get(key)?.wanted !== undefined);

export const isInForce = ({ assignment }: Application): boolean => assignment?.state === "active" || assignment?.state === "suspended";

const otherThan = (application: Application, context: EngineContext): readonly Application[] =>
  [...context.applications()].filter((other) => other !== application);
