import { type Json, type JsonObject, isJsonObject } from "@drover/kit";
import type { RenderedObjects } from "@drover/proto/rest";
import { type Digest, unpackBundle } from "@drover/proto/wire";
import { dump } from "js-yaml";
import type { TextAnswer } from "../operation.ts";

export interface RenderRequest {
  readonly format: "json" | "yaml" | undefined;
  readonly accept: string | undefined;
}

/** A bundle as people download it. The only way from stored objects to an answer, so Secrets are masked once, here. */
export function renderObjects(
  bundle: { readonly digest: Digest; readonly gzip: Uint8Array },
  { format, accept = "" }: RenderRequest,
): RenderedObjects | TextAnswer {
  const objects = unpackBundle(bundle.digest, bundle.gzip).map(masked);
  const yaml = format === "yaml" || (format === undefined && /^\s*(application|text)\/(x-)?yaml\b/.test(accept));
  if (yaml)
    return { text: objects.map((object) => `---\n${dump(plain(object))}`).join(""), contentType: "application/yaml; charset=utf-8" };
  return { apiVersion: "v1", kind: "List", items: objects.map((object) => plain(object) as Record<string, unknown>) };
}

/** The keys of a Secret stay: they show that something is there. */
function masked(object: JsonObject): JsonObject {
  if (object["kind"] !== "Secret" || object["apiVersion"] !== "v1") return object;
  const hidden = (map: unknown) => (isJsonObject(map) ? Object.fromEntries(Object.keys(map).map((key) => [key, "[redacted]"])) : {});
  return {
    ...object,
    ...(object["data"] === undefined ? {} : { data: hidden(object["data"]) }),
    ...(object["stringData"] === undefined ? {} : { stringData: hidden(object["stringData"]) }),
  };
}

/** JSON and YAML have no bigint of their own; an int64 beyond 2^53 is shown as text rather than rounded. */
export const plain = (value: Json): unknown =>
  JSON.parse(JSON.stringify(value, (_key, inner: unknown) => (typeof inner === "bigint" ? inner.toString() : inner)));
