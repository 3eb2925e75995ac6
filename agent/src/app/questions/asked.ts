import type { Json } from "@drover/kit";
import type { Query } from "@drover/proto/wire";
import type { Access } from "../engine/access.ts";
import type { Application } from "../engine/application.ts";
import type { EngineContext } from "../engine/context.ts";
import type { KeyedWork } from "../engine/keyed-work.ts";
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

export type Answer = (asked: Asked) => Promise<Json>;

/** A kind as this cluster serves it; none of it exists where it is not served. */
export async function listed(asked: Asked, resource: Resource | undefined, options: ListOptions): Promise<readonly KubeObject[]> {
  if (!resource) return [];
  const { kube } = accessOf(asked);
  const { items } = await asked.requests.run(`list ${resource.plural} ${JSON.stringify(options)}`, () =>
    kube.list(resource, options, asked.signal),
  );
  return items;
}

export const accessOf = ({ application }: Asked): Access => application.access;
