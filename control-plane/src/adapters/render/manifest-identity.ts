import { isJsonObject, type Json, member } from "@drover/kit";
import { type Manifest, refusal } from "./manifest.ts";

const apiVersionForm = /^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?\/)?[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const kindForm = /^[A-Za-z][A-Za-z0-9]{0,62}$/;
const namespaceForm = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const longestName = 253;

/** Ours and those of other tools: hooks alone may leave the end of their name to the agent. */
const hookAnnotations = ["drover.dev/hook", "argocd.argoproj.io/hook", "helm.sh/hook"] as const;

/**
 * What makes an object this object: kind, group, namespace and name, as text that sorts. An object's version is not part of it: both
 * versions are one object in the cluster. Throws `invalid` MANIFEST_* when the object could not be addressed at all; whether its
 * content is right is the API server's matter.
 */
export function identityOf(manifest: Manifest): string {
  const { apiVersion, kind, metadata } = manifest.object;
  const wrong = (code: string, why: string): never => {
    throw refusal(manifest, code, why);
  };
  if (typeof apiVersion !== "string" || !apiVersionForm.test(apiVersion))
    return wrong("MANIFEST_API_VERSION", "apiVersion is missing or no group/version; move files that are no manifests out of the path");
  if (typeof kind !== "string" || !kindForm.test(kind)) return wrong("MANIFEST_KIND", "kind is missing or is no kind's name");
  if (!isJsonObject(metadata)) return wrong("MANIFEST_NAME", "metadata.name is missing");

  const prefix = metadata["generateName"];
  const generated = metadata["name"] === undefined && prefix !== undefined;
  if (generated && !hookAnnotations.some((annotation) => member(member(metadata, "annotations"), annotation) !== undefined))
    return wrong("MANIFEST_GENERATE_NAME", "generateName makes another object every time: give it a name");
  // The agent ends a hook's name with the bundle's digest, so that two of one prefix would be one object.
  const name = generated && typeof prefix === "string" ? `${prefix}*` : metadata["name"];
  if (!isPathSegment(name))
    return wrong("MANIFEST_NAME", `metadata.name must be text of 1 to ${longestName} characters that fits into a URL's path`);
  const namespace = member(metadata, "namespace");
  if (namespace !== undefined && !(typeof namespace === "string" && namespaceForm.test(namespace)))
    return wrong("MANIFEST_NAMESPACE", "metadata.namespace is no namespace's name: at most 63 lower-case letters, digits and dashes");

  const group = apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
  return `${kind}${group === "" ? "" : `.${group}`} ${namespace === undefined ? "" : `${namespace}/`}${name}`;
}

/** As Kubernetes judges names that have no rule of their own: agents put them into URLs. */
const isPathSegment = (name: Json | undefined): name is string =>
  typeof name === "string" && name !== "" && name.length <= longestName && name !== "." && name !== ".." && !/[/%]/.test(name);
