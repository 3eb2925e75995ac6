import { canonicalJson, isJsonObject, type Json, type JsonObject } from "@drover/kit";
import { groupOf, type Manifest, type ObjectId, versionOf } from "../manifest.ts";
import type { Failure } from "../status/application-status.ts";

/** One object of a bundle, or why it cannot be applied and by what people find it. */
export type ReadManifest =
  | { readonly kind: "readable"; readonly manifest: Manifest }
  | { readonly kind: "refused"; readonly id: ObjectId; readonly version: string; readonly failure: Failure };

const apiVersionForm = /^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?\/)?[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const kindForm = /^[A-Za-z][A-Za-z0-9]{0,62}$/;
const namespaceForm = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const longestName = 253;

/**
 * Checks what a request and a report need of an object: what it is and where. The renderer does so too; a bundle of an older one,
 * or of another tool, must not stop an agent all the same. Whether the content is right is the API server's matter.
 */
export function readManifest(object: JsonObject, position: number, maxBytes: number): ReadManifest {
  const message = problemOf(object) ?? sizeProblem(object, maxBytes);
  if (message === undefined) return { kind: "readable", manifest: object as Manifest };
  const { apiVersion, kind, metadata } = object;
  const place = typeof apiVersion === "string" && apiVersionForm.test(apiVersion) ? apiVersion : "v1";
  const { name, namespace } = isJsonObject(metadata) ? metadata : {};
  const id = {
    group: groupOf(place),
    kind: typeof kind === "string" && kindForm.test(kind) ? kind : "Unknown",
    namespace: isNamespace(namespace) ? namespace : undefined,
    name: isName(name) ? name : `object-${position + 1}-of-the-bundle`,
  };
  return { kind: "refused", id, version: versionOf(place), failure: { reason: "Invalid", message } };
}

function problemOf({ apiVersion, kind, metadata }: JsonObject): string | undefined {
  if (typeof apiVersion !== "string" || !apiVersionForm.test(apiVersion)) return "apiVersion is missing or no group/version";
  if (typeof kind !== "string" || !kindForm.test(kind)) return "kind is missing or is no kind's name";
  if (!isJsonObject(metadata)) return "metadata.name is missing";
  const { name, namespace, generateName } = metadata;
  if (name === undefined && generateName !== undefined) return "generateName makes another object every time: give it a name";
  if (!isName(name)) return `metadata.name must be text of 1 to ${longestName} characters that fits into a URL's path`;
  if (namespace !== undefined && !isNamespace(namespace))
    return "metadata.namespace is no namespace's name: at most 63 lower-case letters, digits and dashes";
  return undefined;
}

const sizeProblem = (object: JsonObject, maxBytes: number): string | undefined =>
  Buffer.byteLength(canonicalJson(object)) > maxBytes ? `it is larger than ${maxBytes} bytes, which no cluster stores` : undefined;

const isName = (name: Json | undefined): name is string =>
  typeof name === "string" && name !== "" && name.length <= longestName && name !== "." && name !== ".." && !/[/%]/.test(name);
const isNamespace = (namespace: Json | undefined): namespace is string => typeof namespace === "string" && namespaceForm.test(namespace);
