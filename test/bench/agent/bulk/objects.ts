import type { Kube, KubeObject } from "@drover/agent";
import { resourceOf } from "./corner.ts";

const share = { deployments: 0.02 } as const;

/** A thousand small settings and workloads without pods: what the API server does with them is the same as with larger ones. */
export const objectsAt = (namespace: string, count: number, version: (index: number) => string): readonly KubeObject[] =>
  Array.from({ length: count }, (_, index) => {
    const metadata = { name: `object-${index}`, namespace, labels: { "bench.drover.dev/version": version(index) } };
    return index < count * share.deployments ? deployment(metadata) : configMap(metadata, version(index));
  });

const configMap = (metadata: KubeObject["metadata"], version: string): KubeObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata,
  data: { version, text: "one line of settings\n".repeat(10) },
});

const deployment = (metadata: KubeObject["metadata"]): KubeObject => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata,
  spec: {
    replicas: 0,
    selector: { matchLabels: { app: metadata.name } },
    template: {
      metadata: { labels: { app: metadata.name } },
      spec: { containers: [{ name: "main", image: "registry.drover.test/main:1" }] },
    },
  },
});

/** Sixteen at once saturate an API server on two cores. Answers how long all of them took. */
export async function applyBare(kube: Kube, objects: readonly KubeObject[]): Promise<number> {
  const startedAt = performance.now();
  const waiting = [...objects];
  const one = async (): Promise<void> => {
    for (let object = waiting.shift(); object !== undefined; object = waiting.shift()) {
      const ref = { resource: resourceOf(object), namespace: String(object.metadata["namespace"]), name: object.metadata.name };
      await kube.apply(ref, object, { fieldManager: "drover-bench-floor", force: true }, AbortSignal.timeout(60_000));
    }
  };
  await Promise.all(Array.from({ length: 16 }, one));
  return performance.now() - startedAt;
}

/** What a person would do: `kubectl apply --server-side` of the same objects. */
export async function applyByKubectl(
  kubectl: (args: readonly string[], input?: string) => Promise<string>,
  objects: readonly KubeObject[],
): Promise<number> {
  const startedAt = performance.now();
  await kubectl(["apply", "--server-side", "-f", "-"], objects.map((object) => `${JSON.stringify(object)}\n`).join("---\n"));
  return performance.now() - startedAt;
}
