import { type JsonObject, parseJson } from "@drover/kit";
import { namespaceOf } from "../../domain/manifest-fields.ts";
import { keyOf, type Manifest, type ObjectId } from "../../domain/manifest.ts";
import { ownerLabel, ownerOf } from "../../domain/owner.ts";
import type { Application } from "../engine/application.ts";
import type { KubeObject } from "../kube.ts";
import { type Asked, listed } from "./asked.ts";
import { rootsOf } from "./roots.ts";

/** The application's Secrets as git has them and as they are, for the mask to know. When they cannot be read, nothing is answered. */
export async function secretsOf(asked: Asked): Promise<readonly JsonObject[]> {
  const { application, context, requests, signal } = asked;
  const desired = desiredSecrets(application);
  const ids = new Map(rootsOf(application).flatMap(({ id }) => (isSecret(id) ? [[keyOf(id), id] as const] : [])));
  if (ids.size === 0) return desired;
  await context.discovery.ready(signal);
  const resource = context.discovery.find("", "Secret");
  if (!resource) return desired;
  const labelSelector = `${ownerLabel}=${ownerOf(application.name, context.clusterId)}`;
  const namespaces = [...new Set(Array.from(ids.values(), ({ namespace }) => namespace ?? ""))];
  const live = (await Promise.all(namespaces.map((namespace) => listed(asked, resource, { namespace, labelSelector })))).flat();
  for (const secret of live) ids.delete(keyOfSecret(secret));
  // Somebody may have taken our label off.
  const others = Array.from(ids, ([key, { namespace, name }]) =>
    requests.run(key, () => application.access.kube.get({ resource, namespace, name }, signal)),
  );
  return [...desired, ...live, ...(await Promise.all(others)).filter((secret) => secret !== undefined)];
}

/** Those of hooks, and those that wait for their turn in a sync, included. */
function desiredSecrets(application: Application): readonly JsonObject[] {
  const { objects, target } = application;
  const all = [...objects.values(), ...(target?.objects.values() ?? []), ...(target?.hooks.values() ?? [])];
  return all.flatMap(({ id, wanted }) => (isSecret(id) && wanted ? [parseJson(wanted.text) as Manifest] : []));
}

const isSecret = ({ group, kind }: ObjectId): boolean => group === "" && kind === "Secret";

const keyOfSecret = (secret: KubeObject): string =>
  keyOf({ group: "", kind: "Secret", namespace: namespaceOf(secret), name: secret.metadata.name });
