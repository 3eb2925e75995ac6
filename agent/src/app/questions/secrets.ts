import { isJsonObject, type JsonObject, parseJson } from "@drover/kit";
import { ownerLabel, ownerOf } from "../../domain/owner.ts";
import { type Asked, listed } from "./asked.ts";

/** The application's Secrets as git has them and as they are, for the mask to know. Without them nothing is answered. */
export async function secretsOf(asked: Asked): Promise<readonly JsonObject[]> {
  const { application, context } = asked;
  const secrets = [...application.objects.values()].filter(({ id }) => id.group === "" && id.kind === "Secret");
  if (secrets.length === 0) return [];
  const desired = secrets.map(({ wanted }) => parseJson(wanted?.text ?? "null")).filter(isJsonObject);
  await context.discovery.ready(asked.signal);
  const labelSelector = `${ownerLabel}=${ownerOf(application.name, context.clusterId)}`;
  const namespaces = [...new Set(secrets.flatMap(({ id }) => id.namespace ?? []))];
  const resource = context.discovery.find("", "Secret");
  const live = await Promise.all(namespaces.map((namespace) => listed(asked, resource, { namespace, labelSelector })));
  return [...desired, ...live.flat()];
}
