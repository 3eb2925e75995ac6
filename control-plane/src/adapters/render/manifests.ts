import { canonicalJson, DroverError, isJsonObject, type Json, type JsonObject } from "@drover/kit";
import { bundleLimits } from "@drover/proto/wire";
import { readKubernetesYaml } from "./kubernetes-yaml.ts";
import { type Manifest, refusal } from "./manifest.ts";
import { identityOf } from "./manifest-identity.ts";

/** The objects of these files, in any order. Throws `invalid` MANIFEST_*; the message and the details name the file and document. */
export function readManifests(files: ReadonlyMap<string, Uint8Array>): readonly Manifest[] {
  const manifests: Manifest[] = [];
  for (const [file, bytes] of files) {
    for (const [index, value] of readKubernetesYaml(file, bytes).entries()) {
      if (value === null) continue; // a document of comments
      manifests.push(...flattened({ file, document: index + 1, object: objectOf(value, file, index + 1) }));
      if (manifests.length > bundleLimits.objects)
        throw refusal(
          { file, document: index + 1 },
          "MANIFEST_TOO_MANY",
          `it is beyond ${bundleLimits.objects} objects: split the application`,
        );
    }
  }
  return manifests;
}

function objectOf(value: Json, file: string, document: number): JsonObject {
  if (isJsonObject(value)) return value;
  throw refusal({ file, document }, "MANIFEST_NOT_OBJECT", "it is no object; move files that are no manifests out of the path");
}

/** What kubectl takes for a list: a kind …List with items. Lists in lists occur where tools wrap each other's output. */
function flattened(manifest: Manifest, depth = 0): readonly Manifest[] {
  const { kind, items } = manifest.object;
  if (typeof kind !== "string" || !kind.endsWith("List") || !Array.isArray(items)) return [manifest];
  if (depth === deepestList) throw refusal(manifest, "MANIFEST_LIST_TOO_DEEP", `lists are nested deeper than ${deepestList}`);
  return items.flatMap((item: Json) => flattened({ ...manifest, object: objectOf(item, manifest.file, manifest.document) }, depth + 1));
}
const deepestList = 4;

/**
 * Checks manifests and puts them into the one order that equal sets have. What a server writes (`status`, uid, resourceVersion,
 * managedFields and their like) is left out: it comes in with `kubectl get -o yaml`, and applying it would fail or mean nothing.
 */
export function toObjects(manifests: readonly Manifest[]): readonly JsonObject[] {
  const byIdentity = new Map<string, Manifest>();
  let bytes = 0;
  for (const manifest of manifests) {
    const identity = identityOf(manifest);
    const other = byIdentity.get(identity);
    if (other !== undefined) throw duplicate(identity, other, manifest);
    bytes += checkedSize(manifest);
    if (bytes > bundleLimits.bytes)
      throw refusal(
        manifest,
        "MANIFEST_BUNDLE_TOO_LARGE",
        `all objects up to it exceed ${bundleLimits.bytes} bytes: split the application`,
      );
    byIdentity.set(identity, manifest);
  }
  const sorted = [...byIdentity].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([, { object }]) => withoutServerFields(object));
}

/** Bytes of one object in a bundle, with its comma. */
function checkedSize(manifest: Manifest): number {
  const size = Buffer.byteLength(canonicalJson(manifest.object)) + 1;
  if (size <= bundleLimits.objectBytes) return size;
  throw refusal(manifest, "MANIFEST_OBJECT_TOO_LARGE", `it is larger than ${bundleLimits.objectBytes} bytes, which no cluster stores`);
}

function duplicate(identity: string, first: Manifest, second: Manifest): DroverError {
  const places = first.file === second.file ? `twice in ${first.file}` : `in ${first.file} and in ${second.file}`;
  return new DroverError("invalid", "MANIFEST_DUPLICATE_OBJECT", `read manifests: ${identity} is ${places}; keep one of them`, {
    details: { file: second.file, document: second.document, other: { file: first.file, document: first.document } },
  });
}

const serverFields = new Set(["status"]);
const serverMetadata = new Set(["managedFields", "uid", "resourceVersion", "generation", "creationTimestamp", "selfLink"]);

const withoutServerFields = (object: JsonObject): JsonObject => ({
  ...without(object, serverFields),
  metadata: without(object["metadata"], serverMetadata),
});

const without = (object: Json | undefined, keys: ReadonlySet<string>): JsonObject =>
  Object.fromEntries(Object.entries(object ?? {}).filter(([key]) => !keys.has(key)));
