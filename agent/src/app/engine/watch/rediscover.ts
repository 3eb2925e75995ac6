import type { Application } from "../application.ts";
import type { EngineContext } from "../context.ts";
import { isTooEarly } from "../../../domain/apply/retry-pace.ts";

/**
 * Looks at the cluster's kinds again when it is time to try an object whose kind was not served, or nobody could say. A kind that is served by now may not be
 * namespaced as was assumed, so that the bundle is read again.
 */
export async function rediscover(application: Application, { clock, discovery, signal }: EngineContext): Promise<void> {
  const generation = application.assignment?.generation ?? 0;
  const now = clock.monotonicMs();
  const unknown = [...application.objects.values()].filter(
    ({ id, failure, retry }) => (failure?.reason === "UnknownKind" || discovery.isSilent(id.group)) && !isTooEarly(retry, generation, now),
  );
  if (unknown.length === 0) return;
  await discovery.refresh(signal);
  if (unknown.some(({ id, version }) => discovery.find(id.group, id.kind, version)?.version === version))
    application.wantedFrom = undefined;
}
