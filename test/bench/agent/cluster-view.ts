import { setTimeout as sleep } from "node:timers/promises";
import {
  createKube,
  createRemoteKube,
  type Kube,
  kubeconfigConnection,
  type KubeObject,
  type ObjectRef,
  type Resource,
} from "@drover/agent";
import type { LiveCluster } from "@drover/demo";
import { type JsonObject, memberAt } from "@drover/kit";

export const namespace = "default";
export const watchedKinds = ["ConfigMap", "Service", "Deployment"] as const;
export type WatchedKind = (typeof watchedKinds)[number];

export interface Change {
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly object: KubeObject;
}

/** The cluster itself, past Drover: what a measurement writes and what it sees on watches of its own. */
export interface ClusterView {
  readonly kube: Kube;
  ref(kind: WatchedKind, name: string): ObjectRef;
  /** Hears every change of the watched kinds from now on, with the time at which it came. Answers how to stop. */
  onChange(heard: (change: Change, at: number) => void): () => void;
  list(): Promise<readonly KubeObject[]>;
  close(): Promise<void>;
}

export async function viewCluster(cluster: LiveCluster): Promise<ClusterView> {
  const kube = await open(cluster);
  const stopping = new AbortController();
  const { resources: kinds } = await kube.discover(stopping.signal);
  const resources = new Map(watchedKinds.map((kind) => [kind, kinds.find((one) => one.kind === kind) as Resource]));
  const listeners = new Set<(change: Change, at: number) => void>();
  const watches: Promise<void>[] = [];
  for (const resource of resources.values()) {
    const { resourceVersion } = await kube.list(resource, { namespace }, stopping.signal);
    watches.push(follow(kube, resource, resourceVersion, listeners, stopping.signal));
  }
  return {
    kube,
    ref: (kind, name) => ({ resource: resources.get(kind) as Resource, namespace, name }),
    onChange: (heard) => {
      listeners.add(heard);
      return () => void listeners.delete(heard);
    },
    list: async () => {
      const lists = [...resources.values()].map((resource) => kube.list(resource, { namespace }, stopping.signal));
      return (await Promise.all(lists)).flatMap(({ items }) => items);
    },
    close: async () => {
      stopping.abort();
      await Promise.allSettled(watches);
      await kube.close();
    },
  };
}

async function open({ kubeconfig, agentAccess }: LiveCluster): Promise<Kube & { close(): Promise<void> }> {
  if (kubeconfig !== undefined) return createKube({ connection: await kubeconfigConnection(kubeconfig) });
  const [socketPath, cluster] = (agentAccess["DROVER_MEMORY_CLUSTER"] as string).slice("unix:".length).split("#") as [string, string];
  return createRemoteKube({ socketPath, cluster });
}

/** A watch that ends early would leave measurements waiting for what nobody sees, so their deadlines end the run. */
async function follow(
  kube: Kube,
  resource: Resource,
  version: string,
  listeners: ReadonlySet<(change: Change, at: number) => void>,
  signal: AbortSignal,
): Promise<void> {
  for await (const event of kube.watch(resource, { namespace }, version, signal)) {
    if (event.type === "BOOKMARK") continue;
    const at = performance.now();
    for (const heard of listeners) heard({ type: event.type, object: event.object }, at);
  }
}

/** The time at which `isDone` first said yes to a change. */
export async function seen(
  view: ClusterView,
  what: string,
  withinMs: number,
  isDone: (change: Change, at: number) => boolean,
): Promise<number> {
  const given = new AbortController();
  let stop = (): void => {};
  const found = new Promise<number>((resolve) => {
    stop = view.onChange((change, at) => {
      if (isDone(change, at)) resolve(at);
    });
  });
  const late = sleep(withinMs, undefined, { signal: given.signal }).then(() => {
    throw new Error(`not seen within ${withinMs} ms: ${what}`);
  });
  try {
    return await Promise.race([found, late]);
  } finally {
    stop();
    given.abort();
    late.catch(() => {});
  }
}

export const versionLabel = "app.kubernetes.io/version";
export const versionOf = (object: KubeObject): unknown => memberAt(object, "metadata", "labels", versionLabel);
export const keyOf = ({ kind, metadata }: KubeObject): string => `${kind}/${metadata.name}`;

/** The objects that the benches deploy. */
export const configMap = (name: string, version: string): KubeObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace, labels: { [versionLabel]: version } },
  data: { version, text: "one line of settings\n".repeat(10) },
});

export const service = (name: string, version: string): KubeObject => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name, namespace, labels: { [versionLabel]: version } },
  spec: { selector: { app: name }, ports: [{ name: "http", port: 80, targetPort: 8080 }] },
});

export const deployment = (name: string, version: string, replicas: number): KubeObject => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name, namespace, labels: { [versionLabel]: version } },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: "main", image: "registry.drover.test/main:1" }] } as JsonObject,
    },
  },
});
