import { setTimeout as sleep } from "node:timers/promises";
import type { Kube, KubeObject, Resource } from "@drover/agent";

/** One namespace and what happens in it, seen past the agent. */
export interface Corner {
  readonly namespace: string;
  /** Every change since the beginning, in the order in which the watches told of them. */
  readonly changes: readonly CornerChange[];
  /** The time at which changes from `since` on fulfilled `isDone`, looked at after each. */
  until(what: string, since: number, isDone: (change: CornerChange) => boolean, withinMs?: number): Promise<number>;
  close(): void;
}

export interface CornerChange {
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly object: KubeObject;
  readonly at: number;
}

const namespaces: Resource = { group: "", version: "v1", kind: "Namespace", plural: "namespaces", namespaced: false, verbs: [] };
const configMaps: Resource = { group: "", version: "v1", kind: "ConfigMap", plural: "configmaps", namespaced: true, verbs: [] };
const deployments: Resource = { group: "apps", version: "v1", kind: "Deployment", plural: "deployments", namespaced: true, verbs: [] };

export const resourceOf = ({ kind }: KubeObject): Resource => (kind === "Deployment" ? deployments : configMaps);

export async function openCorner(kube: Kube, namespace: string, signal: AbortSignal): Promise<Corner> {
  await kube.create(
    { resource: namespaces, namespace: undefined, name: namespace },
    { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
    signal,
  );
  const closing = new AbortController();
  const ending = AbortSignal.any([closing.signal, signal]);
  const changes: CornerChange[] = [];
  for (const resource of [configMaps, deployments]) {
    const { resourceVersion } = await kube.list(resource, { namespace }, signal);
    follow(kube, resource, namespace, resourceVersion, changes, ending).catch(() => {}); // its deadline tells
  }
  return {
    namespace,
    changes,
    until: async (what, since, isDone, withinMs = 120_000) => {
      const giveUpAt = performance.now() + withinMs;
      for (let next = since; ; await sleep(1, undefined, { signal })) {
        for (; next < changes.length; next += 1) if (isDone(changes[next]!)) return changes[next]!.at;
        if (performance.now() > giveUpAt) throw new Error(`not seen in ${namespace} within ${withinMs} ms: ${what}`);
      }
    },
    close: () => closing.abort(),
  };
}

/** A watch that ends early leaves what is waited for unseen, so the deadline ends the run. */
async function follow(
  kube: Kube,
  resource: Resource,
  namespace: string,
  version: string,
  into: CornerChange[],
  signal: AbortSignal,
): Promise<void> {
  for await (const event of kube.watch(resource, { namespace }, version, signal)) {
    if (event.type === "BOOKMARK" || event.object.metadata.name === "kube-root-ca.crt") continue;
    into.push({ type: event.type, object: event.object, at: performance.now() });
  }
}

/** Answers yes when so many different objects have changed in this way. */
export function times(count: number, isIt: (change: CornerChange) => boolean): (change: CornerChange) => boolean {
  const seen = new Set<string>();
  return (change) => {
    if (isIt(change)) seen.add(`${change.object.kind}/${change.object.metadata.name}`);
    return seen.size >= count;
  };
}
