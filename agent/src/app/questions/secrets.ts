import { isJsonObject, type JsonObject, parseJson } from "@drover/kit";
import { keyOf } from "../../domain/manifest.ts";
import { namespaceOf } from "../../domain/manifest-fields.ts";
import { ownerLabel, ownerOf } from "../../domain/owner.ts";
import type { KubeObject } from "../kube.ts";
import { type Asked, listed, rootsOf } from "./asked.ts";

/** The application's Secrets as git has them and as they are, for the mask to know. When they cannot be read, nothing is answered. */
export async function secretsOf(asked: Asked): Promise<readonly JsonObject[]> {
  const { application, context, requests, signal } = asked;
  const secrets = rootsOf(application).filter(({ id }) => id.group === "" && id.kind === "Secret");
  if (secrets.length === 0) return [];
  await context.discovery.ready(signal);
  const resource = context.discovery.find("", "Secret");
  if (!resource) return [];
  const desired = secrets.map(({ wanted }) => parseJson(wanted?.text ?? "null")).filter(isJsonObject);
  const labelSelector = `${ownerLabel}=${ownerOf(application.name, context.clusterId)}`;
  const namespaces = [...new Set(secrets.flatMap(({ id }) => id.namespace ?? []))];
  const live = (await Promise.all(namespaces.map((namespace) => listed(asked, resource, { namespace, labelSelector })))).flat();
  const known = new Set(live.map(keyOfSecret));
  // Somebody may have taken our label off.
  const others = await Promise.all(
    secrets
      .filter(({ key }) => !known.has(key))
      .map(({ key, id: { namespace, name } }) =>
        requests.run(key, () => application.access.kube.get({ resource, namespace, name }, signal)),
      ),
  );
  return [...desired, ...live, ...others.filter((secret) => secret !== undefined)];
}

const keyOfSecret = (secret: KubeObject): string =>
  keyOf({ group: "", kind: "Secret", namespace: namespaceOf(secret), name: secret.metadata.name });
