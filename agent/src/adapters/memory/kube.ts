import { DroverError } from "@drover/kit";
import type { Clock } from "@drover/kit/node";
import type { Kube, LogOptions, Resource } from "../../app/kube.ts";
import type { Manifest } from "../../domain/manifest.ts";
import { type ApiServer, inVersion } from "./api-server.ts";
import { withFence } from "./fence.ts";
import { isBuiltIn, pods, servedResources } from "./kinds.ts";
import { kindNotFound } from "./refusals.ts";
import { collectionOf, type ObjectStore } from "./store.ts";
import { inView, watchStore } from "./watch.ts";

export interface MemoryKubeDeps {
  readonly store: ObjectStore;
  readonly api: ApiServer;
  readonly clock: Clock;
  readonly bookmarkEveryMs: number;
}

/** Writers that name no field manager are known by their program, here as on the server. */
const manager = "drover-agent";

/** The agent's port over the store: each call is one synchronous step, answered in a later turn like a server's. */
export function createMemoryKube({ store, api, clock, bookmarkEveryMs }: MemoryKubeDeps): Kube {
  const checkServed = (resource: Resource): void => {
    const isServed = servedResources(store).some((one) => collectionOf(one) === collectionOf(resource) && one.version === resource.version);
    if (!isBuiltIn(resource) && !isServed) throw kindNotFound(resource);
  };
  // No cluster in memory knows rights, so every user has all of them.
  const port: Kube = {
    discover: async (signal) => asked(signal, () => ({ resources: servedResources(store), unanswered: [] })),
    apply: async (ref, object, options, signal) => asked(signal, () => api.apply(ref, object, options)),
    create: async (ref, object, signal) => asked(signal, () => api.create(ref, object, manager)),
    replace: async (ref, object, signal, { fieldManager = manager, dryRun = false } = {}) =>
      asked(signal, () => api.replace(ref, object, fieldManager, "object", dryRun)),
    replaceManagedFields: async (ref, managedFields, resourceVersion, signal) =>
      asked(signal, () => api.merge(ref, { metadata: { resourceVersion, managedFields } }, manager)),
    get: async (ref, signal) => asked(signal, () => api.get(ref)),
    list: async (resource, options, signal) =>
      asked(signal, () => {
        checkServed(resource);
        const items = store.list(collectionOf(resource), options.namespace).filter(inView(options));
        return { items: items.map((object) => inVersion(object, resource)), resourceVersion: String(store.revision) };
      }),
    async *watch(resource, options, resourceVersion, signal) {
      checkServed(resource);
      yield* watchStore({ store, clock, bookmarkEveryMs }, resource, options, resourceVersion, signal);
    },
    delete: async (ref, precondition, signal) => asked(signal, () => api.delete(ref, precondition)),
    async *logs({ namespace, name }, options, signal) {
      const ref = { resource: pods, namespace, name };
      const pod = asked(signal, () => api.get(ref));
      if (pod === undefined)
        throw new DroverError("not-found", "KUBE_NOT_FOUND", `read the log of Pod ${namespace}/${name}: there is none`);
      yield Buffer.from(writtenBy(pod, options, clock.now()).join(""));
    },
    as: () => port,
    fenced: (check) => withFence(port, check),
  };
  return port;
}

/** What every container of a cluster without machines has written, and one named `failing`; as in the real clusters of tests. */
const memoryLog = ["starting\n", "listening on 8080\n", "ready\n"];
const failingLog = ["starting\n", "applying 0042_orders.sql\n", 'ERROR: relation "orders" does not exist\n'];

/** All of it was written when the pod began. */
function writtenBy(
  pod: Manifest,
  { container, tailLines, sinceSeconds, sinceTime, timestamps = false }: LogOptions,
  now: number,
): readonly string[] {
  const created = String(pod.metadata["creationTimestamp"] ?? "");
  const at = Date.parse(created);
  if ((sinceSeconds !== undefined && at < now - sinceSeconds * 1000) || (sinceTime !== undefined && at < Date.parse(sinceTime))) return [];
  const log = container === "failing" ? failingLog : memoryLog;
  return log.slice(-(tailLines ?? log.length)).map((line) => (timestamps ? `${created} ${line}` : line));
}

function asked<T>(signal: AbortSignal, step: () => T): T {
  if (signal.aborted)
    throw new DroverError("cancelled", "KUBE_CANCELLED", "the call to the cluster was cancelled", { cause: signal.reason });
  return step();
}
