import { gunzipSync } from "node:zlib";
import { canonicalJson, isJsonObject, type Json, type JsonObject, member, memberAt, textAt } from "@drover/kit";
import type { KubeObject, Resource } from "@drover/agent";
import { decodeInventory } from "../../agent/src/domain/inventory.ts";
import { nameOf } from "../../agent/src/domain/manifest.ts";
import { stateLabel } from "../../agent/src/app/state/secret-records.ts";
import type { AgentWorld } from "./agent-on-kubernetes.ts";

const kind = (group: string, version: string, name: string, plural: string, namespaced = true): Resource => ({
  group,
  version,
  kind: name,
  plural,
  namespaced,
  verbs: [],
});

const secrets = kind("", "v1", "Secret", "secrets");
const namespaced = [
  secrets,
  kind("", "v1", "ConfigMap", "configmaps"),
  kind("", "v1", "Service", "services"),
  kind("apps", "v1", "Deployment", "deployments"),
];
const clusterWide = [
  kind("", "v1", "Namespace", "namespaces", false),
  kind("apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions", false),
];

/**
 * What a world's applications have in the cluster and what the agent believes that they have, one line each: equal in two worlds in which
 * the same happened. Identities and times that the API server gives are left out, as are the world's own names.
 */
export async function ownedState(world: AgentWorld, customKinds: readonly string[] = []): Promise<readonly string[]> {
  const { kube, namespace, agentNamespace, group } = world;
  const signal = AbortSignal.timeout(10_000);
  const custom = customKinds.map((name) => kind(group, "v1", name, `${name.toLowerCase()}s`));
  const listed = async (resource: Resource, place: { readonly namespace?: string }): Promise<readonly KubeObject[]> => {
    const { items } = await kube.list(resource, place, signal).catch(() => ({ items: [] })); // a kind that was never defined
    return items.filter((object) => isOurs(world, object));
  };
  const [spaces = [], ...wide] = await Promise.all(clusterWide.map((resource) => listed(resource, {})));
  // Other worlds have hundreds of namespaces beside ours.
  const within = spaces.flatMap(({ metadata }) =>
    [...namespaced, ...custom].map((resource) => listed(resource, { namespace: metadata.name })),
  );
  const everywhere = [spaces, ...wide, ...(await Promise.all(within))];
  const records = await kube.list(secrets, { namespace: agentNamespace, labelSelector: `${stateLabel}=inventory` }, signal);
  const lines = [...everywhere.flat().map((object) => canonicalJson(withoutMoment(object))), ...records.items.flatMap(inventoryLines)];
  return lines
    .map((line) => line.replaceAll(namespace, "NAMESPACE").replaceAll(world.controlPlane.cluster.slice(0, 8), "CLUSTER"))
    .toSorted();
}

/** In the namespaces of the applications, not of the agent; what Kubernetes puts into every namespace is nobody's. */
function isOurs({ namespace, agentNamespace }: AgentWorld, { metadata }: KubeObject): boolean {
  const place = textAt(metadata, "namespace") || metadata.name;
  return place.includes(namespace) && !place.startsWith(agentNamespace) && metadata.name !== "kube-root-ca.crt";
}

function inventoryLines(secret: KubeObject): readonly string[] {
  const text = gunzipSync(Buffer.from(textAt(secret, "data", "inventory"), "base64")).toString();
  const { application, generation, items } = decodeInventory(text);
  return items.map(
    ({ id, applied }) => `inventory of ${application} ${generation}: ${nameOf(id)} ${applied === undefined ? "intended" : "applied"}`,
  );
}

function withoutMoment({ apiVersion, kind: word, metadata, ...content }: KubeObject): JsonObject {
  const { status: _status, ...rest } = content as JsonObject;
  const { clusterIP: _ip, clusterIPs: _ips, ...spec } = isJsonObject(rest["spec"]) ? rest["spec"] : {};
  const { uid: _uid, resourceVersion: _version, creationTimestamp: _at, generation: _generation, managedFields, ...named } = metadata;
  const managers = (Array.isArray(managedFields) ? (managedFields as readonly Json[]) : [])
    .filter((entry) => member(entry, "subresource") === undefined)
    .map((entry) => `${textAt(entry, "manager")} ${textAt(entry, "operation")} ${canonicalJson(memberAt(entry, "fieldsV1") ?? null)}`)
    .toSorted();
  return { apiVersion, kind: word, metadata: named, ...rest, spec, managers };
}
