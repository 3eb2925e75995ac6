import { isJsonObject, type Json, type JsonObject, member } from "@drover/kit";
import { textOf } from "../manifest-fields.ts";
import type { Manifest } from "../manifest.ts";
import { applicationAnnotation, ownerLabel } from "../owner.ts";

export interface Placement {
  readonly application: string;
  readonly owner: string;
  /** Where a namespaced object that names no namespace goes. */
  readonly namespace: string;
}

/**
 * The manifest as we send it. What the server writes is taken out, because owning it would make every later write of the
 * server look like drift; what server-side apply reads otherwise than people mean it is written the way they mean it.
 */
export function prepareManifest(manifest: Manifest, namespaced: boolean, placement: Placement): Manifest {
  const { status: _status, ...rest } = manifest;
  const prepared = { ...rest, metadata: prepareMetadata(manifest.metadata, namespaced, placement) };
  return withoutAggregatedRules(withSecretData(prepared));
}

const serverOwned = new Set([
  "managedFields",
  "generateName",
  "resourceVersion",
  "uid",
  "generation",
  "creationTimestamp",
  "selfLink",
  "deletionTimestamp",
]);

function prepareMetadata(metadata: Manifest["metadata"], namespaced: boolean, placement: Placement): Manifest["metadata"] {
  const kept = Object.fromEntries(Object.entries(metadata).filter(([key]) => !serverOwned.has(key) && key !== "namespace"));
  return {
    ...kept,
    name: metadata.name,
    ...(namespaced ? { namespace: member(metadata, "namespace") || placement.namespace } : {}),
    labels: { ...objectOf(metadata["labels"]), [ownerLabel]: placement.owner },
    annotations: { ...objectOf(metadata["annotations"]), [applicationAnnotation]: placement.application },
  };
}

const objectOf = (value: Json | undefined): JsonObject => (isJsonObject(value) ? value : {});

/** `stringData` is write-only: the server moves it to `data` and nobody would own the result. What is no text, it refuses. */
function withSecretData(manifest: Manifest): Manifest {
  const { stringData, ...rest } = manifest;
  if (manifest.apiVersion !== "v1" || manifest.kind !== "Secret" || !isJsonObject(stringData)) return manifest;
  const texts = Object.entries(stringData);
  if (!texts.every(([, value]) => typeof value === "string")) return manifest;
  const encoded = texts.map(([key, value]) => [key, Buffer.from(textOf(value)).toString("base64")]);
  return { ...rest, data: { ...objectOf(rest["data"]), ...Object.fromEntries(encoded) } } as Manifest;
}

/** A controller fills the rules of an aggregated ClusterRole; owning `rules: []` would fight it for ever. */
function withoutAggregatedRules(manifest: Manifest): Manifest {
  if (manifest.kind !== "ClusterRole" || manifest["aggregationRule"] === undefined) return manifest;
  const { rules: _rules, ...rest } = manifest;
  return rest as Manifest;
}
