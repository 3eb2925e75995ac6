import { textAt } from "@drover/kit";
import { type Kube, type KubeObject, type Resource } from "@drover/agent";
import { uidOf } from "../../agent/src/domain/manifest-fields.ts";
import { ownerLabel, ownerOf } from "../../agent/src/domain/owner.ts";

interface World {
  /** Namespaces belong to a world by the beginning of their names. */
  readonly namespace: string;
  readonly clusterId: string;
  readonly applications: readonly string[];
  /** That the applications had. */
  readonly kinds: ReadonlySet<string>;
}

const withinMs = 10_000;

/** Asks for the end of all that a world left in the cluster. The controllers delete what is in the namespaces, which nobody waits for. */
export async function deleteWorld(kube: Kube, { namespace, clusterId, applications, kinds }: World): Promise<void> {
  const signal = AbortSignal.timeout(withinMs);
  await deleteNamespaces(kube, namespace, signal);
  if (applications.length === 0) return;
  const labelSelector = `${ownerLabel} in (${applications.map((application) => ownerOf(application, clusterId)).join(",")})`;
  const clusterWide = (await kube.discover(signal)).resources.filter(
    ({ namespaced, kind, verbs }) => !namespaced && kinds.has(kind) && verbs.includes("list") && verbs.includes("delete"),
  );
  await Promise.all(
    clusterWide.map(async (resource) => {
      const { items } = await kube.list(resource, { labelSelector }, signal);
      await Promise.all(items.map((object) => remove(kube, resource, object, signal)));
    }),
  );
}

const namespaces: Resource = { group: "", version: "v1", kind: "Namespace", plural: "namespaces", namespaced: false, verbs: [] };

/** Asks for the end of all namespaces whose names begin so. */
export async function deleteNamespaces(kube: Kube, prefix: string, signal = AbortSignal.timeout(withinMs)): Promise<void> {
  const { items } = await kube.list(namespaces, {}, signal);
  const ours = items.filter(({ metadata }) => metadata.name.startsWith(prefix));
  await Promise.all(ours.map((object) => remove(kube, namespaces, object, signal)));
}

const kindsOfApplications: readonly Resource[] = [
  { group: "", version: "v1", kind: "ConfigMap", plural: "configmaps", namespaced: true, verbs: [] },
  { group: "", version: "v1", kind: "Secret", plural: "secrets", namespaced: true, verbs: [] },
  { group: "", version: "v1", kind: "Service", plural: "services", namespaced: true, verbs: [] },
  { group: "apps", version: "v1", kind: "Deployment", plural: "deployments", namespaced: true, verbs: [] },
];

/** Deletes the usual kinds in these namespaces, and lets the namespaces be: ending one costs the controllers a hundred requests. */
export async function emptyNamespaces(kube: Kube, namespaceNames: readonly string[]): Promise<void> {
  const signal = AbortSignal.timeout(withinMs);
  await Promise.all(
    namespaceNames.flatMap((namespace) =>
      kindsOfApplications.map(async (resource) => {
        const { items } = await kube.list(resource, { namespace }, signal);
        await Promise.all(items.map((object) => remove(kube, resource, object, signal)));
      }),
    ),
  );
}

async function remove(kube: Kube, resource: Resource, object: KubeObject, signal: AbortSignal): Promise<void> {
  const ref = { resource, namespace: textAt(object, "metadata", "namespace") || undefined, name: object.metadata.name };
  await kube.delete(ref, { uid: uidOf(object) }, signal).catch(() => {}); // gone already, or on its way
}
