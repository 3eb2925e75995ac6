import type { KubeObject } from "@drover/agent";
import { isJsonObject, member, memberAt } from "@drover/kit";
import type { Kind } from "./clusters/live-cluster.ts";
import { replicas, versionLabel, type WebVersion } from "./git/web-application.ts";

/** What must be looked at to tell how a version of the application is in a cluster. */
export const observedKinds: readonly Kind[] = ["ConfigMap", "Service", "Deployment"];

/** What differs from the version running in full, in words. Empty when all of it is there and ready. */
export function differences(objects: readonly KubeObject[], version: WebVersion, environment: string): readonly string[] {
  return [
    ...(["web", "worker"] as const).flatMap((name) => deploymentDifferences(objects, name, version)),
    ...objectDifferences(objects, "Service", "web", version),
    ...objectDifferences(objects, "ConfigMap", "web-config", version),
    ...configDifferences(objects, version, environment),
    ...bannerDifferences(objects, version),
  ];
}

/** Whether anything of the version has arrived. */
export const shows = (objects: readonly KubeObject[], version: WebVersion): boolean =>
  objects.some((object) => versionOf(object) === version.name);

export const find = (objects: readonly KubeObject[], kind: Kind, name: string): KubeObject | undefined =>
  objects.find((object) => object.kind === kind && object.metadata.name === name);

/** The containers that wait, each with the reason that the cluster gives. */
export function waitingContainers(
  pods: readonly KubeObject[],
): readonly { readonly pod: string; readonly container: string; readonly reason: string }[] {
  return pods.flatMap((pod) => {
    const statuses = memberAt(pod, "status", "containerStatuses");
    return (Array.isArray(statuses) ? (statuses as readonly unknown[]) : []).flatMap((status) => {
      const reason = memberAt(status, "state", "waiting", "reason");
      const container = member(status, "name");
      return typeof reason === "string" && typeof container === "string" ? [{ pod: pod.metadata.name, container, reason }] : [];
    });
  });
}

function deploymentDifferences(objects: readonly KubeObject[], name: keyof typeof replicas, version: WebVersion): readonly string[] {
  const missing = objectDifferences(objects, "Deployment", name, version);
  const deployment = find(objects, "Deployment", name);
  if (missing.length > 0 || deployment === undefined) return missing;
  const wanted = replicas[name];
  const numbers = {
    "wanted replicas": memberAt(deployment, "spec", "replicas"),
    replicas: memberAt(deployment, "status", "replicas"),
    "updated replicas": memberAt(deployment, "status", "updatedReplicas"),
    "ready replicas": memberAt(deployment, "status", "readyReplicas"),
  };
  const wrong = Object.entries(numbers).filter(([, number]) => number !== wanted);
  const isSeen = memberAt(deployment, "status", "observedGeneration") === member(deployment.metadata, "generation");
  return [
    ...wrong.map(([what, number]) => `Deployment ${name} has ${JSON.stringify(number ?? 0)} ${what} of ${wanted}`),
    ...(isSeen ? [] : [`Deployment ${name} is not yet seen by its controller`]),
  ];
}

function objectDifferences(objects: readonly KubeObject[], kind: Kind, name: string, version: WebVersion): readonly string[] {
  const object = find(objects, kind, name);
  if (object === undefined) return [`there is no ${kind} ${name}`];
  const found = versionOf(object);
  return found === version.name ? [] : [`${kind} ${name} is ${found ?? "of no version"}`];
}

function configDifferences(objects: readonly KubeObject[], version: WebVersion, environment: string): readonly string[] {
  const config = find(objects, "ConfigMap", "web-config");
  if (config === undefined) return [];
  const wanted: Readonly<Record<string, string>> = { version: version.name, environment, greeting: `hello from ${version.name}` };
  const data = member(config, "data");
  const found = isJsonObject(data) ? data : {};
  return [...new Set([...Object.keys(wanted), ...Object.keys(found)])]
    .filter((key) => found[key] !== wanted[key])
    .map((key) => `ConfigMap web-config has ${key}: ${JSON.stringify(found[key] ?? null)}`);
}

function bannerDifferences(objects: readonly KubeObject[], version: WebVersion): readonly string[] {
  if (version.banner) return objectDifferences(objects, "ConfigMap", "web-banner", version);
  return find(objects, "ConfigMap", "web-banner") === undefined ? [] : ["ConfigMap web-banner is still there"];
}

function versionOf(object: KubeObject): string | undefined {
  const version = memberAt(object, "metadata", "labels", versionLabel);
  return typeof version === "string" ? version : undefined;
}
