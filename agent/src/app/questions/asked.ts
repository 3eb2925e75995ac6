import type { Query } from "@drover/proto/wire";
import type { Application } from "../engine/application.ts";
import type { EngineContext } from "../engine/context.ts";
import type { KeyedWork } from "../engine/schedule/keyed-work.ts";
import type { KubeObject, ListOptions, Resource } from "../kube.ts";

/** A question that has been let in, and all that an answer may be made of. The way to the cluster is the application's own. */
export interface Asked {
  readonly query: Query;
  readonly application: Application;
  readonly context: EngineContext;
  /** Requests of all questions together, so that healing keeps the API server's patience to itself. */
  readonly requests: KeyedWork;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

/** A kind as this cluster serves it; none of it exists where it is not served. */
export async function listed(asked: Asked, resource: Resource | undefined, options: ListOptions): Promise<readonly KubeObject[]> {
  if (!resource) return [];
  const { kube } = asked.application.access;
  const key = `list ${resource.plural}.${resource.group} ${JSON.stringify(options)}`;
  const { items } = await asked.requests.run(key, () => kube.list(resource, options, asked.signal));
  return items;
}

/** Characters of texts before they are masked, which may make them a quarter longer; the shapes of answers allow for that. */
export const textLimits = { reason: 50, message: 800 } as const;
